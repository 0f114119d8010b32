import { isRecord } from '../json-record.ts';

export const MODES = ['off', 'audit', 'enforce'] as const;
export type Mode = (typeof MODES)[number];

/** A decision as the page shows it. */
export interface ShownDecision {
  readonly id: string;
  readonly at: number;
  readonly verdict: string;
  readonly score: number;
  readonly reasons: readonly string[];
  readonly tags: readonly string[];
  readonly tool: string;
  readonly subject: string;
}

export interface QuarantinedFile {
  readonly file: string;
  readonly atMs: number;
  readonly reasons: readonly string[];
  readonly request: unknown;
}

export interface PendingApproval {
  readonly id: string;
  readonly command: string;
  readonly agentId: string;
  readonly expiresAtMs: number;
}

export interface SecurityStatus {
  readonly mode: Mode;
  /** The environment holds the mode; it cannot be changed here. */
  readonly isPinned: boolean;
  readonly policy: number | undefined;
  readonly entries: number;
}

export function readStatus(value: unknown): SecurityStatus | undefined {
  if (!isRecord(value)) return undefined;
  const mode = MODES.find((known) => known === value.mode);
  if (mode === undefined) return undefined;
  const policy = isRecord(value.policy) && typeof value.policy.active === 'number' ? value.policy.active : undefined;
  const entries = isRecord(value.audit) && typeof value.audit.entries === 'number' ? value.audit.entries : 0;
  return { mode, isPinned: value.modeSource === 'environment', policy, entries };
}

/** From an entry of the audit log, or from a `security.decision` event. */
export function readDecision(value: unknown): ShownDecision | undefined {
  if (!isRecord(value)) return undefined;
  const decision = isRecord(value.decision) ? value.decision : value;
  const about = isRecord(value.judged) ? value.judged : isRecord(value.action) ? value.action : {};
  if (typeof decision.action !== 'string') return undefined;
  const at = typeof value.at === 'number' ? value.at : 0;
  return {
    id: `${at}:${text(decision.requestId)}`,
    at,
    verdict: decision.action,
    score: typeof decision.risk_score === 'number' ? decision.risk_score : 0,
    reasons: texts(decision.reasons),
    tags: texts(decision.tags),
    tool: text(about.tool),
    subject: text(about.subject),
  };
}

export function readQuarantined(value: unknown): QuarantinedFile | undefined {
  if (!isRecord(value) || typeof value.file !== 'string') return undefined;
  const decision = isRecord(value.decision) ? value.decision : {};
  const atMs = typeof value.atMs === 'number' ? value.atMs : 0;
  return { file: value.file, atMs, reasons: texts(decision.reasons), request: value.request };
}

/** From `security.approvals.list`, or from an `exec.approval.requested` event. */
export function readApproval(value: unknown): PendingApproval | undefined {
  if (!isRecord(value) || typeof value.id !== 'string' || !isRecord(value.request)) return undefined;
  const { command, agentId } = value.request;
  const expiresAtMs = typeof value.expiresAtMs === 'number' ? value.expiresAtMs : 0;
  return { id: value.id, command: text(command), agentId: text(agentId), expiresAtMs };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
