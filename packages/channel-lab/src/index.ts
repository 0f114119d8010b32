export { type CallLog, createCallLog, type VendorCall } from './call-log.ts';
export { createFaultScript, type Fault, type FaultEffect, type FaultScript } from './faults.ts';
export {
  createFakeHttp,
  type FakeHttp,
  type Platform,
  type PlatformAnswer,
  type PlatformRequest,
} from './http/fake-http.ts';
export { type FormPart, readMultipart } from './http/multipart.ts';
export { type IrcGuest, joinAsGuest } from './irc/guest.ts';
export { type Ngircd, startNgircd } from './irc/ngircd.ts';
export { createFakeTelegram, type FakeTelegram, type FakeTelegramOptions } from './telegram/fake-telegram.ts';
export { type FakeFile, PNG } from './telegram/files.ts';
export type { StoredMessage } from './telegram/messages.ts';
export type { Update } from './telegram/updates.ts';
export { createFakeToy, type FakeToy, type ToyMessage, type ToyUpdate } from './toy/fake-toy.ts';
