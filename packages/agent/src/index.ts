export { type BlockLimits, takeBlocks } from './chunks/block-chunker.ts';
export { chunkMarkdown } from './chunks/chunk-markdown.ts';
export { chunkMarkdownParagraphs } from './chunks/chunk-modes.ts';
export { chunkText, type TextPiece, textPieces } from './chunks/chunk-text.ts';
export { reservedCommandNames } from './commands/chat-commands.ts';
export type { CommandRooms } from './commands/command-rooms.ts';
export { type StatusFacts, statusText } from './commands/command-texts.ts';
export { isControlCommand } from './commands/control-command.ts';
export { type NativeCommand, nativeCommands } from './commands/native-commands.ts';
export { type AgentRuntimeDeps, createAgentRuntime } from './create-runtime.ts';
export { newsOfHeartbeat } from './heartbeat/heartbeat-verdict.ts';
export { personLabel } from './inbound/inbound-blocks.ts';
export type * from './inbound/inbound-context.ts';
export { LaneFullError } from './lanes/lane-full-error.ts';
export { humanTime } from './messages/human-time.ts';
export { createMinuteText } from './messages/minute-text.ts';
export { createFurnisher } from './prompt/furnish-workspace.ts';
export { resolveWorkspaceDir } from './prompt/workspace-dir.ts';
export { isEmptyHeartbeatFile, stripHeartbeatToken } from './reply/heartbeat-token.ts';
export { placeOfAnswer } from './reply/place-of-answer.ts';
export { readRequest } from './request-body.ts';
export { resolveRoute } from './routing/resolve-route.ts';
export type * from './runtime.ts';
export { type ActiveHours, withinActiveHours } from './schedule/active-hours.ts';
export { parseDurationMs } from './schedule/duration.ts';
export { isAbortWord, isStopRequest } from './sessions/abort-words.ts';
export {
  DEFAULT_ACCOUNT_ID,
  defaultAgentId,
  MAIN_AGENT_ID,
  normalizeAccountId,
  normalizeAgentId,
} from './sessions/agent-id.ts';
export { groupDisplayName } from './sessions/group-keys.ts';
export { rotateBytesOf } from './sessions/maintenance-settings.ts';
export { overrideOf } from './sessions/model-override.ts';
export { sendPolicyOf } from './sessions/send-policy.ts';
export { routedEntry, type SessionRoute } from './sessions/session-entry.ts';
export {
  agentMainSessionKey,
  canonicalSessionKey,
  configuredMainKey,
  mainSessionKey,
  type ParsedSessionKey,
  parseSessionKey,
  resolveSessionAgentId,
  sessionKeyShape,
} from './sessions/session-keys.ts';
export { classifySessionKey, type SessionKeyClass, threadParentKey } from './sessions/session-kind.ts';
export { createSessionMaintenance } from './sessions/session-maintenance.ts';
export { createSystemEvents, type SystemEvent, type SystemEvents } from './system-events/system-events.ts';
export { injectedMessage } from './turn/injected-message.ts';
export { contextWindow } from './turn/model-context.ts';
export type { GatewayWord, HostFacts } from './turn/turn-deps.ts';
