import type { Database } from '../database/database.ts';
import type { AbsorbedMessage, Ledger } from '../ledger.ts';
import type { SessionTable } from '../sessions/session-table.ts';
import { IllegalTransitionError } from '../states.ts';
import type { EntryTable } from '../transcript/entry-table.ts';
import type { LogArchive } from '../transcript/log-archive.ts';
import type { LogTable } from '../transcript/log-table.ts';
import type { NewTranscriptEntry } from '../transcript.ts';
import { createInboxTable } from './inbox-table.ts';
import { createOutboxTable } from './outbox-table.ts';
import { createToolCallTable } from './tool-call-table.ts';

/** What recovery looks at in one go; what is left is found by the next call. */
const UNFINISHED_LIMIT = 10_000;
/** Rows removed in one transaction by `prune`, so that it never holds the loop for long. */
const PRUNE_BATCH = 500;

export interface LedgerDeps {
  readonly database: Database;
  readonly generation: string;
  readonly logs: LogTable;
  readonly entries: EntryTable;
  readonly sessions: SessionTable;
  readonly archive: LogArchive;
  /** Resolves when the session's transcript stands in the log, importing it first if needed. */
  readonly transcriptReady: (sessionId: string) => Promise<void>;
  /** Resolves when the sessions on disk are imported. */
  readonly sessionsReady: () => Promise<void>;
  readonly now: () => number;
}

/** The ledger over its three tables. Every method is one transaction; the promise settles after the commit. */
export function createLedger(deps: LedgerDeps): Ledger {
  const { database, logs, sessions, now } = deps;
  const appendTo = (sessionId: string, entries: readonly NewTranscriptEntry[], after?: string | null) =>
    entries.length === 0 ? [] : deps.entries.append(logs.obtain(sessionId).id, entries, after);
  const inbox = createInboxTable(database, deps.generation);
  const toolCalls = createToolCallTable(database);
  const outbox = createOutboxTable(database);
  const absorb = ({ runId, source, reason, response }: AbsorbedMessage): void =>
    inbox.end(inbox.require(source, runId), { state: 'answered', reason, response, sessionId: undefined }, now());

  return {
    async accept(input) {
      return database.transaction(() => {
        const receivedAt = now();
        if (inbox.insert({ ...input, receivedAt })) {
          return { created: true, row: { ...input, state: 'received', receivedAt } };
        }
        return { created: false, row: inbox.require(input.source, input.runId).row };
      });
    },
    async supersede({ absorbed, next }) {
      database.transaction(() => {
        // It stands where the oldest of them stood, also when what is left is taken up after a crash.
        const arrivals = absorbed.map(({ source, runId }) => inbox.require(source, runId).row.receivedAt);
        for (const message of absorbed) absorb(message);
        if (inbox.insert({ ...next, receivedAt: Math.min(now(), ...arrivals) })) return;
        throw new IllegalTransitionError(`the message ${next.runId} was received before`);
      });
    },
    async find(source, runId) {
      return inbox.find(source, runId)?.row;
    },
    async startTurn({ runId, source, sessionId, opening }) {
      await deps.transcriptReady(sessionId);
      return database.transaction(() => {
        const record = inbox.require(source, runId);
        const attempts = inbox.start(record, sessionId);
        const appended = attempts === 1 ? appendTo(sessionId, opening) : [];
        return { attempts, appended };
      });
    },
    async appendStep({ runId, sessionId, entries, toolCalls: calls, absorbed = [], session }) {
      await deps.transcriptReady(sessionId);
      if (session !== undefined) await deps.sessionsReady();
      return database.transaction(() => {
        const inboxSeq = inbox.requireRunning(runId);
        if (session !== undefined) sessions.change(session.key, session.agentId, session.change);
        for (const call of calls) toolCalls.plan(inboxSeq, call);
        for (const message of absorbed) absorb(message);
        return appendTo(sessionId, entries);
      });
    },
    async startToolCall(runId, toolCallId) {
      database.transaction(() => toolCalls.move(inbox.requireRunning(runId), runId, toolCallId, 'running'));
    },
    async finishToolCall({ runId, sessionId, toolCallId, state, result }) {
      await deps.transcriptReady(sessionId);
      return database.transaction(() => {
        toolCalls.move(inbox.requireRunning(runId), runId, toolCallId, state);
        const [entry] = appendTo(sessionId, [result]);
        if (entry === undefined) throw new Error(`the result of ${toolCallId} was not appended`);
        return entry;
      });
    },
    async endTurn({ runId, source, sessionId, state, reason, entries, after, response, publish, session }) {
      if (sessionId !== undefined) await deps.transcriptReady(sessionId);
      if (session !== undefined) await deps.sessionsReady();
      return database.transaction(() => {
        const record = inbox.require(source, runId);
        inbox.end(record, { state, reason, response, sessionId }, now());
        if (sessionId !== undefined) appendTo(sessionId, entries, after);
        const { agentId, sessionKey } = record.row;
        if (session !== undefined) {
          const before = sessions.get(sessionKey);
          const { entry } = sessions.change(sessionKey, agentId, session);
          const isStartedOver = before?.entry.sessionId === sessionId && entry.sessionId !== sessionId;
          if (before !== undefined && isStartedOver) deps.archive.session(before, 'reset');
        }
        if (publish === undefined) return {};
        return { outbox: outbox.add({ runId, sessionKey, payload: publish, createdAt: now() }, record.seq) };
      });
    },
    async markPublished(outboxId) {
      database.transaction(() => outbox.publish(outboxId, now()));
    },
    async pendingOutbox(limit) {
      return outbox.pending(limit);
    },
    async unfinished() {
      return inbox.unfinished(UNFINISHED_LIMIT).map(({ seq, row, sessionId, attempts }) => ({
        inbox: row,
        sessionId,
        attempts,
        toolCalls: toolCalls.ofTurn(seq, row.runId),
      }));
    },
    async depths() {
      return { ...inbox.countOpen(), outboxPending: outbox.countPending() };
    },
    async prune(olderThanMs) {
      const before = now() - olderThanMs;
      let removed = 0;
      for (;;) {
        const batch = database.transaction(() => inbox.removeEnded(before, PRUNE_BATCH));
        removed += batch;
        if (batch < PRUNE_BATCH) return removed;
        await new Promise((resume) => setImmediate(resume));
      }
    },
  };
}
