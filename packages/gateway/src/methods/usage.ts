import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalSessionKey } from '@chela/agent';
import { modelPrices } from '@chela/models';
import { invalidRequest, type SchemaTypes } from '@chela/protocol';
import type { SummedTranscript, TranscriptMessage } from '@chela/store';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { aggregate } from '../usage/aggregate.ts';
import { callPoints } from '../usage/call-points.ts';
import { countedDays, dayRange } from '../usage/day-range.ts';
import { messageLog } from '../usage/message-log.ts';
import { sessionUsage } from '../usage/session-usage.ts';
import { pricedTotals, sumTotals } from '../usage/totals.ts';
import { isRecord } from './record.ts';
import { createRowBuilder } from './row.ts';
import { text } from './session-access.ts';

const SESSIONS_LIMIT = 50;
const LOG_LINES = 200;
const LOG_LINES_MAX = 1_000;
/** Messages without words take no line, so more are read than shown. */
const MESSAGES_A_LINE = 2;
/** Newest messages that a course over time is made of. */
const COURSE_MESSAGES = 20_000;
/** Sessions added up before others may have the loop. */
const SESSIONS_A_TURN = 25;
const SESSION_ID = /^[a-z0-9][a-z0-9._-]{0,127}$/i;

/** What models were asked for and what it cost (reference protocol/methods.json usage.*, agent/models.md §12). */
export const usageMethods: MethodFamily = (services) => {
  const { row, loose } = createRowBuilder();
  return [
    loose({ name: 'usage.status', handle: () => services.quota.read() }),
    loose({ name: 'usage.cost', handle: (params) => usageCostReport(services, params) }),
    row({ name: 'sessions.usage', params: 'SessionsUsageParams', handle: (params) => sessionsUsage(services, params) }),
    loose({
      name: 'sessions.usage.timeseries',
      async handle(params) {
        const key = requiredKey(params.key, 'timeseries');
        const transcript = await findTranscript(services, key, 'key');
        if (transcript === undefined) throw invalidRequest(`No transcript found for session: ${key}`);
        const messages = await messagesOf(services, transcript, COURSE_MESSAGES);
        return {
          sessionId: transcript.sessionId,
          points: callPoints(messages, modelPrices(services.config.current())),
        };
      },
    }),
    loose({
      name: 'sessions.usage.logs',
      async handle(params) {
        const key = requiredKey(params.key, 'logs');
        const limit = logLines(params.limit);
        const transcript = await findTranscript(services, key, 'key');
        if (transcript === undefined) return { logs: [] };
        const messages = await messagesOf(services, transcript, limit * MESSAGES_A_LINE);
        return { logs: messageLog(messages, modelPrices(services.config.current())).slice(-limit) };
      },
    }),
  ];
};

async function usageCostReport(services: GatewayServices, params: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { store, clock, config } = services;
  const now = clock.now();
  const range = dayRange(params, now);
  await store.usage.refresh();
  const prices = modelPrices(config.current());
  const daily = store.usage
    .totals(range)
    .map(({ day, models }) => ({ date: day, ...sumTotals(models.map((model) => pricedTotals(model, prices))) }));
  return { updatedAt: now, days: countedDays(range), daily, totals: sumTotals(daily) };
}

async function sessionsUsage(services: GatewayServices, params: SchemaTypes['SessionsUsageParams']): Promise<unknown> {
  const { store, clock, config } = services;
  const now = clock.now();
  const range = dayRange(params, now);
  const prices = modelPrices(config.current());
  const sessions: UsedRow[] = [];
  for (const [index, transcript] of (await wantedTranscripts(services, params, range.from)).entries()) {
    if (index % SESSIONS_A_TURN === SESSIONS_A_TURN - 1) await nextTurn();
    const usage = sessionUsage(transcript, store.usage.days(transcript.sessionId, range), prices);
    sessions.push({ ...rowOf(transcript, params.includeContextWeight === true), usage });
  }
  return {
    updatedAt: now,
    startDate: range.from,
    endDate: range.to,
    sessions: sessions.toSorted((a, b) => b.updatedAt - a.updatedAt),
    totals: sumTotals(sessions.map(({ usage }) => usage)),
    aggregates: aggregate(sessions),
  };
}

/** The one that is named, else the newest with activity since the first day. */
async function wantedTranscripts(
  services: GatewayServices,
  params: SchemaTypes['SessionsUsageParams'],
  from: string,
): Promise<readonly SummedTranscript[]> {
  if (params.key !== undefined) {
    const named = await findTranscript(services, params.key, 'reference');
    return named === undefined ? [] : [named];
  }
  await services.store.usage.refresh();
  return services.store.usage.transcripts({ sinceMs: Date.parse(from), limit: params.limit ?? SESSIONS_LIMIT });
}

/** A session's transcript; a key of no session may end with the id of a transcript on disk, and with nothing else. */
async function findTranscript(
  services: GatewayServices,
  key: string,
  what: 'key' | 'reference',
): Promise<SummedTranscript | undefined> {
  const { store, config } = services;
  const canonical = canonicalSessionKey(key, config.current());
  if ((await store.sessions.get(canonical)) === undefined) {
    const sessionId = key.split(':').slice(key.startsWith('agent:') ? 2 : 0);
    if (!SESSION_ID.test(sessionId.join(':'))) throw invalidRequest(`Invalid session ${what}: ${key}`);
  }
  await store.usage.refresh();
  return store.usage.find(canonical);
}

async function messagesOf(
  { store }: GatewayServices,
  transcript: SummedTranscript,
  limit: number,
): Promise<readonly TranscriptMessage[]> {
  const fromFile = await store.usage.fileMessages(transcript, limit);
  if (fromFile !== undefined) return fromFile;
  const entries = await store.transcripts.tail(transcript.sessionId, limit);
  return entries.flatMap((entry) => (entry.type === 'message' ? [entry.message] : []));
}

type UsedRow = ReturnType<typeof rowOf> & { readonly usage: ReturnType<typeof sessionUsage> };

/** What is told about a session beside its sums. */
function rowOf(transcript: SummedTranscript, includeContextWeight: boolean) {
  const { sessionId, agentId, lastAt, session } = transcript;
  const entry = session?.entry;
  const label = text(entry?.label);
  const origin = isRecord(entry?.origin) ? entry.origin : undefined;
  const channel = text(entry?.channel) ?? text(origin?.provider);
  const chatType = text(entry?.chatType);
  const models = (['modelOverride', 'providerOverride', 'modelProvider', 'model'] as const).flatMap((name) =>
    text(entry?.[name]) === undefined ? [] : [[name, entry?.[name]] as const],
  );
  return {
    key: session?.key ?? `agent:${agentId}:${sessionId}`,
    ...(label !== undefined && { label }),
    sessionId,
    updatedAt: entry?.updatedAt ?? lastAt,
    agentId,
    ...(channel !== undefined && { channel }),
    ...(chatType !== undefined && { chatType }),
    ...(origin !== undefined && { origin }),
    ...Object.fromEntries(models),
    ...(includeContextWeight && { contextWeight: entry?.systemPromptReport ?? null }),
  };
}

function requiredKey(value: unknown, what: 'timeseries' | 'logs'): string {
  const key = typeof value === 'string' ? value.trim() : '';
  if (key === '') throw invalidRequest(`key is required for ${what}`);
  return key;
}

function logLines(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return LOG_LINES;
  return value >= 1 ? Math.min(LOG_LINES_MAX, Math.floor(value)) : LOG_LINES_MAX;
}
