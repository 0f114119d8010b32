import type { RunMeta, RunOutcome } from '@chela/agent';
import type { Usage } from '@chela/models';

/** What the `agent` and `agent.wait` methods say about a run's outcome (reference protocol/methods.json). Pure. */

interface Payload {
  readonly text: string;
  readonly mediaUrl: string | null;
  readonly mediaUrls?: readonly string[];
}

const ABORTED_TEXT = 'Request was aborted';

/** The final response of `agent`. A failed model is a normal answer whose text is the error. */
export function agentResult(runId: string, outcome: RunOutcome): Readonly<Record<string, unknown>> {
  const result = { payloads: payloadsOf(outcome).map(withOneUrl), meta: shownMeta(outcome.meta) };
  return { runId, status: 'ok', summary: 'completed', result };
}

/** Several files stand in `mediaUrls` alone. */
function withOneUrl(payload: Payload): Payload {
  return (payload.mediaUrls?.length ?? 0) > 1 ? { ...payload, mediaUrl: null } : payload;
}

/** A run that was cut off in the middle of a message says so before what it had said. */
function payloadsOf(outcome: RunOutcome): readonly Payload[] {
  if (outcome.kind !== 'aborted' || outcome.stopReason === 'timeout') return outcome.payloads;
  if (outcome.partialText.trim() === '') return outcome.payloads;
  return [{ text: ABORTED_TEXT, mediaUrl: null }, ...outcome.payloads];
}

/** The answer of `agent.wait`. A run that was stopped did not finish: it is reported like one that is still out. */
export function waitResult(runId: string, outcome: RunOutcome | undefined): Readonly<Record<string, unknown>> {
  if (outcome === undefined) return { runId, status: 'timeout' };
  const times = { startedAt: outcome.startedAt, endedAt: outcome.endedAt };
  if (outcome.kind === 'answered') return { runId, status: 'ok', ...times };
  if (outcome.kind === 'aborted') return { runId, status: 'timeout', ...times };
  return { runId, status: 'error', ...times, error: outcome.errorMessage };
}

function shownMeta(meta: RunMeta): Readonly<Record<string, unknown>> {
  const { usage, lastCallUsage, promptTokens, ...names } = meta.agentMeta;
  const total = usage === undefined ? undefined : spentTokens(usage);
  return {
    ...meta,
    agentMeta: {
      ...names,
      ...(total !== undefined && { usage: total }),
      ...(lastCallUsage !== undefined && { lastCallUsage: callTokens(lastCallUsage) }),
      ...(promptTokens !== undefined && promptTokens > 0 && { promptTokens }),
    },
  };
}

/** Counts of one call, zeros included. */
function callTokens(usage: Usage): Readonly<Record<string, number>> {
  const { input, output, cacheRead, cacheWrite, totalTokens } = usage;
  return { input, output, cacheRead, cacheWrite, total: totalTokens };
}

/** Counts of the whole run without zeros; undefined when nothing was spent. */
function spentTokens(usage: Usage): Readonly<Record<string, number>> | undefined {
  const spent = Object.entries(callTokens(usage)).filter(([, tokens]) => tokens > 0);
  return spent.length === 0 ? undefined : Object.fromEntries(spent);
}
