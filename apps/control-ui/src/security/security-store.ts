import { batch, effect, type ReadonlySignal, signal } from '@preact/signals';
import { createAttempts } from '../gateway/attempts.ts';
import type { Connection } from '../gateway/connection.ts';
import { readList } from '../gateway/read-list.ts';
import { isRecord } from '../json-record.ts';
import {
  type Mode,
  type PendingApproval,
  type QuarantinedFile,
  readApproval,
  readDecision,
  readQuarantined,
  readStatus,
  type SecurityStatus,
  type ShownDecision,
} from './read-security.ts';

const SHOWN_DECISIONS = 200;
const SHOWN_FILES = 100;

export type Word = 'allow-once' | 'deny';

/** What the defender does, as the page shows it; live while the connection lasts. */
export interface SecurityStore {
  readonly status: ReadonlySignal<SecurityStatus | undefined>;
  /** Newest first. */
  readonly decisions: ReadonlySignal<readonly ShownDecision[]>;
  readonly quarantine: ReadonlySignal<readonly QuarantinedFile[]>;
  readonly approvals: ReadonlySignal<readonly PendingApproval[]>;
  /** Why the last request failed. */
  readonly problem: ReadonlySignal<string | undefined>;
  readonly isOpen: ReadonlySignal<boolean>;
  show(isOpen: boolean): void;
  setMode(mode: Mode): Promise<void>;
  resolve(id: string, decision: Word): Promise<void>;
  remove(file: string): Promise<void>;
}

export function createSecurityStore(connection: Connection): SecurityStore {
  const status = signal<SecurityStatus | undefined>(undefined);
  const decisions = signal<readonly ShownDecision[]>([]);
  const quarantine = signal<readonly QuarantinedFile[]>([]);
  const approvals = signal<readonly PendingApproval[]>([]);
  const { problem, attempt } = createAttempts();
  const isOpen = signal(false);

  const loadApprovals = async (): Promise<void> => {
    approvals.value = readList(await connection.request('security.approvals.list', {}), 'approvals', readApproval);
  };
  const loadQuarantine = async (): Promise<void> => {
    const answer = await connection.request('security.quarantine.list', { limit: SHOWN_FILES });
    quarantine.value = readList(answer, 'files', readQuarantined);
  };
  const loadStatus = async (): Promise<void> => {
    status.value = readStatus(await connection.request('security.status', {}));
  };
  const loadDecisions = async (): Promise<void> => {
    const answer = await connection.request('security.decisions', { limit: SHOWN_DECISIONS });
    decisions.value = readList(answer, 'decisions', readDecision);
  };

  effect(() => {
    if (connection.state.value.kind !== 'ready') return;
    // Another gateway than Chela has no such list; its approvals still come as events.
    loadApprovals().catch(() => undefined);
    if (isOpen.value) void attempt(() => Promise.all([loadStatus(), loadDecisions(), loadQuarantine()]).then(() => {}));
  });

  connection.onEvent(({ event, payload }) => {
    if (event === 'security.decision') noteDecision(payload);
    if (event === 'exec.approval.requested') {
      const asked = readApproval(payload);
      if (asked !== undefined) approvals.value = [...approvals.value.filter(({ id }) => id !== asked.id), asked];
    }
    if (event === 'exec.approval.resolved' && isRecord(payload)) drop(payload.id);
  });

  function noteDecision(payload: unknown): void {
    const made = readDecision(payload);
    if (made === undefined || !isOpen.value) return;
    batch(() => {
      if (status.value) status.value = { ...status.value, entries: status.value.entries + 1 };
      decisions.value = [made, ...decisions.value.filter(({ id }) => id !== made.id)].slice(0, SHOWN_DECISIONS);
    });
    if (made.verdict === 'block') void attempt(loadQuarantine);
  }

  function drop(id: unknown): void {
    approvals.value = approvals.value.filter((approval) => approval.id !== id);
  }

  return {
    status,
    decisions,
    quarantine,
    approvals,
    problem,
    isOpen,
    show(open) {
      isOpen.value = open;
    },
    setMode: (mode) =>
      attempt(async () => {
        await connection.request('security.mode.set', { mode });
        await loadStatus();
      }),
    resolve: (id, decision) =>
      attempt(async () => {
        await connection.request('exec.approval.resolve', { id, decision });
        drop(id);
      }),
    remove: (file) =>
      attempt(async () => {
        await connection.request('security.quarantine.remove', { file });
        quarantine.value = quarantine.value.filter((kept) => kept.file !== file);
      }),
  };
}
