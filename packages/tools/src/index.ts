export {
  type ApprovalAction,
  type ApprovalDesk,
  ApprovalIdHeldError,
  type ApprovalNews,
  createApprovalDesk,
} from './approvals/approval-desk.ts';
export {
  ApprovalsConflictError,
  type ApprovalsDocument,
  createApprovalsDocument,
} from './approvals/approvals-document.ts';
export { deliveryPlaceOf } from './cron/session-place.ts';
export { findNode } from './nodes/find-node.ts';
export { readMedia, saveMedia } from './nodes/node-media.ts';
export { normalizeToolName } from './policy/tool-names.ts';
export { permits } from './policy/tool-policy.ts';
export type * from './rooms/agent-caller.ts';
export type * from './rooms/approvals.ts';
export type * from './rooms/cron.ts';
export type * from './rooms/gateway-control.ts';
export type { MessageCall, MessageRoom } from './rooms/messages.ts';
export type { NodeRoom } from './rooms/nodes.ts';
export type { ResultRoom } from './rooms/results.ts';
export type { ToolRooms } from './rooms/rooms.ts';
export type * from './rooms/sessions.ts';
export type { SkillRoom } from './rooms/skills.ts';
export type * from './rooms/vision.ts';
export { createSandboxDesk, type SandboxState } from './sandbox/desk.ts';
export { explainSandbox, type SandboxFacts, sandboxOf } from './sandbox/explain.ts';
export { createToolService, type ToolServiceDeps } from './service.ts';
export {
  findSubagent,
  type SubagentLists,
  shortLabel,
  subagentLine,
  subagentLists,
} from './sessions/subagent-list.ts';
export type { SubagentRegistry, SubagentRun } from './sessions/subagent-registry.ts';
export { createSpeech, SpeechError, type SpeechService } from './speech/create-speech.ts';
export { createSpeechDrivers } from './speech/speech-drivers.ts';
export { SPEECH_PROVIDERS } from './speech/speech-settings.ts';
export type * from './tool.ts';
export { wrapExternal } from './web/external-content.ts';
export { guardedFetch, type OpenPage, openGuarded, type Page } from './web/guarded-fetch.ts';
export { createTargetGuard, type TargetGuard } from './web/target-guard.ts';
