import type { VendorCall } from '@chela/channel-lab';
import type { JsonObject } from '../json-value.ts';
import type { CaseStep, ExpectedCall, VendorFault } from './channel-case.ts';

/** A vendor that a case plays against: the fake, and how the gateway finds it. One a running case. */
export interface RunningPlatform {
  /** For the gateway's process. */
  readonly env: Readonly<Record<string, string>>;
  /** The section `channels.<id>` that every case starts from; absent for channels without one. */
  readonly section?: JsonObject;
  /** What the vendor saw so far, oldest first. */
  calls(): readonly VendorCall[];
  /** Calls that an account makes by itself when it starts, and when it is probed. */
  isOfStart(call: VendorCall): boolean;
  fail(faults: readonly VendorFault[]): void;
  /** Resolves when the account is connected. */
  connected(): Promise<void>;
  push(updates: NonNullable<CaseStep['push']>): Promise<void>;
  /** A call in the words of the golden files: placeholders for ids and files. */
  view(call: VendorCall): ExpectedCall;
  /** Whether a text is the id of a message that the vendor made. */
  isMessageId(text: string): boolean;
  /** For cases recorded step by step: what came in, resolving with the vendor's view of the answer, … */
  inbound?(inbound: JsonObject): Promise<unknown>;
  /** … and everything that went out so far, in the words of the golden files. */
  outbound?(): readonly JsonObject[];
  /** What takes the place of `<name>` in the settings of such cases. */
  readonly facts?: Readonly<Record<string, number | string>>;
  /** What goes out at each step of a case whose recording shows a defect, by the case's id. */
  readonly instead?: Readonly<Record<string, readonly (readonly JsonObject[])[]>>;
  /** What must come in place of recorded calls in every case, e.g. from the connection that there is instead of a second one. */
  inPlaceOf?(recorded: readonly JsonObject[]): readonly JsonObject[];
  /** Where a call says what, for channels whose layout of an answer is ours: only the words at each place must be the same. */
  words?(call: JsonObject): { readonly place: string; readonly text: string };
  /** What the model is shown in place of what it was shown in the recording. */
  heardInPlaceOf?(text: string): string;
  stop(): Promise<void>;
}

/** One file in `platforms/` a channel. */
export interface ChannelPlatform {
  readonly channel: string;
  /** `config` is the case's, still with placeholders. */
  start(config: JsonObject): Promise<RunningPlatform>;
}

/** By channel; loaded when a case needs it. */
export const PLATFORMS: Readonly<Record<string, () => Promise<ChannelPlatform>>> = {
  irc: async () => (await import('./platforms/irc.ts')).ircPlatform,
  telegram: async () => (await import('./platforms/telegram.ts')).telegramPlatform,
  webchat: async () => (await import('./platforms/webchat.ts')).webchatPlatform,
};
