export { accountInput } from './accounts/account-input.ts';
export {
  accountIds,
  accountSettings,
  configuredChannels,
  defaultAccountId,
  isAccountEnabled,
} from './accounts/account-settings.ts';
export type { AccountLinking } from './accounts/link-account.ts';
export { accountPath, setupEdits } from './accounts/setup-edits.ts';
export { type Poll, pollPart } from './actions/poll-part.ts';
export { UnknownTargetError } from './actions/resolve-target.ts';
export { receiptMembers } from './actions/send-result.ts';
export { type SendEnd, SendFailedError } from './actions/send-through.ts';
export * from './adapter.ts';
export { createAdapterCatalog } from './catalog/adapter-catalog.ts';
export { adapterFolders } from './catalog/adapter-places.ts';
export type { Channels, Logout, SendRequest } from './channels.ts';
export type { AccountView } from './connections/account-runner.ts';
export { type ChannelsDeps, createChannels, type KernelRooms } from './create-channels.ts';
export { convertTables } from './format/convert-tables.ts';
export { loadMarkdown, type Markdown } from './format/markdown.ts';
export { matrixHtml } from './format/matrix.ts';
export { plainText } from './format/plain.ts';
export type { TableMode } from './format/read-table.ts';
export { type SignalMessage, type SignalStyle, signalMessage, signalMessages } from './format/signal.ts';
export { slackMessages } from './format/slack.ts';
export { type TelegramMessage, telegramMessage, telegramMessages } from './format/telegram.ts';
export { whatsappText } from './format/whatsapp.ts';
export { createInbound } from './inbound/create-inbound.ts';
export type { InboundDeps } from './inbound/inbound-deps.ts';
export { serveWebhook } from './ingress/serve-webhook.ts';
export type * from './kernel.ts';
export { createOutbound, type OutboundDeps, type OutboundKernel } from './outbound/create-outbound.ts';
export { exportQueue, type QueueExport } from './outbound/export-queue.ts';
export type { JudgeOutbound, OutboundToJudge, OutboundVerdict } from './outbound/judge.ts';
export type { SendingEnd } from './outbound/sending-ends.ts';
export { createPairingStore, type PairingAnswer, type PairingStore } from './pairing/create-pairing-store.ts';
export type { PairingRequest } from './pairing/pairing-files.ts';
export { APPROVED_NOTICE } from './pairing/pairing-notice.ts';
