export type * from './approvals.ts';
export { type AuditAnchors, createAuditAnchors, readAuditAnchors } from './audit/create-audit-anchors.ts';
export { AuditFileError, auditPages, exportAudit, verifyAuditFile, verifyAuditLog } from './audit/verify-audit.ts';
export type * from './audit.ts';
export type * from './budgets.ts';
export type * from './channel-inbox.ts';
export { StoreFullError, StoreLockedError, StoreUnreadableError } from './database/errors.ts';
export type * from './deliveries.ts';
export { surveySessions } from './import/survey-sessions.ts';
export type * from './ledger.ts';
export type * from './occurrences.ts';
export { createStore } from './open-store.ts';
export { createRecordFile, type RecordFile } from './record-file.ts';
export {
  LabelTakenError,
  type SessionEntry,
  type SessionQuery,
  type SessionRepository,
  type SessionRow,
} from './sessions.ts';
export type * from './state-passes.ts';
export { IllegalTransitionError } from './states.ts';
export type { Store, StoreOptions } from './store.ts';
export type * from './subagents.ts';
export type * from './tool-results.ts';
export { ASIDE_TYPE } from './transcript/aside.ts';
export { messageText } from './transcript/message-text.ts';
export type * from './transcript.ts';
export { messageTime, modelCall } from './usage/fold-usage.ts';
export type * from './usage.ts';
export { writeJsonAtomically } from './write-atomically.ts';
