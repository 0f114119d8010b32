/**
 * Long polling: one request at a time, the next only after every update of the last is in the inbox. Short network trouble
 * is waited out here; a loop that ends says how.
 */
import type { ConnectionEnd, ConnectionPort } from '@chela/channels/adapter';
import type { Update } from 'grammy/types';
import type { BotApi } from '../api/client.ts';
import { type ApiRefusal, refusalIn, toChannelError } from '../errors.ts';
import { UPDATE_KINDS } from '../inbound.ts';
import { isRecord } from '../json.ts';
import { OFFSET_LIFE_MS, type OffsetFile } from './offset-file.ts';

export interface PollingDeps {
  readonly api: BotApi;
  readonly port: Pick<ConnectionPort, 'signal' | 'logger' | 'clock' | 'alive' | 'connected'>;
  readonly offsets: OffsetFile;
  /** Resolves once the update is in the inbox. */
  readonly take: (update: Update) => Promise<void>;
  /** 0 to 1; a test chooses. */
  readonly random?: () => number;
}

/** What the vendor may hold a request for (reference channels/telegram.md §2). */
const POLL_SECONDS = 30;
/** When nothing came by then, the connection is dead although nobody said so. */
const POLL_DEADLINE_MS = 45_000;
const UPDATES_A_POLL = 100;
const PAUSE = { firstMs: 2_000, factor: 1.8, maxMs: 30_000, jitter: 0.25 };
/** Trouble that lasts longer is the supervisor's. */
const PATIENCE_MS = 5 * 60_000;
/** A request of an earlier process may hang on at the vendor for a moment. */
const CONFLICTS_BORNE = 3;
const MS_PER_SECOND = 1000;

/** Polls until the port's signal ends it or it cannot go on. */
export async function poll({ api, port, offsets, take, random = Math.random }: PollingDeps): Promise<ConnectionEnd> {
  const { signal, clock, logger } = port;
  let last = await offsets.read(clock.now());
  let heardAt = clock.now();
  let failures = 0;
  let conflicts = 0;
  let troubleSince: number | undefined;

  const takeAll = async (updates: readonly Update[]): Promise<void> => {
    const before = last;
    try {
      for (const update of updates) {
        if (last !== undefined && update.update_id <= last) continue;
        await take(update);
        last = update.update_id;
      }
    } finally {
      if (last !== undefined && last !== before) await offsets.write(last);
    }
  };

  const nextUpdates = async (): Promise<readonly Update[]> => {
    if (clock.now() - heardAt > OFFSET_LIFE_MS) last = undefined;
    const params = {
      ...(last !== undefined && { offset: last + 1 }),
      limit: UPDATES_A_POLL,
      timeout: POLL_SECONDS,
      allowed_updates: UPDATE_KINDS,
    };
    return withDeadline(clock, signal, (ending) => api.call('getUpdates', params, ending).then(updatesIn));
  };

  while (!signal.aborted) {
    let updates: readonly Update[];
    try {
      updates = await nextUpdates();
    } catch (error) {
      if (signal.aborted) break;
      const refusal = refusalIn(error);
      const end = endOf(error, refusal, conflicts);
      if (end) return end;
      port.connected(false);
      failures += 1;
      conflicts = refusal?.code === 409 ? conflicts + 1 : 0;
      troubleSince ??= clock.now();
      if (clock.now() - troubleSince > PATIENCE_MS) return { kind: 'lost', error: toChannelError(error) };
      if (isWebhookInTheWay(refusal)) {
        logger.warn('a webhook is set for this bot; polling takes its place');
        await api.call('deleteWebhook', {}, signal).catch(() => undefined);
      }
      const waitMs = refusal?.retryAfterSeconds ? refusal.retryAfterSeconds * MS_PER_SECOND : pauseMs(failures, random);
      logger.warn('polling paused', { error: toChannelError(error).message, waitMs });
      await pause(clock, signal, waitMs);
      continue;
    }
    heardAt = clock.now();
    failures = 0;
    conflicts = 0;
    troubleSince = undefined;
    port.alive();
    port.connected(true);
    try {
      await takeAll(updates);
    } catch (error) {
      // The inbox cannot be written: nothing is acknowledged, and the vendor keeps it.
      if (!signal.aborted) return { kind: 'lost', error: error instanceof Error ? error : new Error(String(error)) };
    }
  }
  return { kind: 'closed' };
}

/** Endings that another request cannot change. */
function endOf(error: unknown, refusal: ApiRefusal | undefined, conflicts: number): ConnectionEnd | undefined {
  const failure = toChannelError(error);
  if (failure.class === 'unauthorized') return { kind: 'revoked', reason: revokedText(refusal) };
  const isConflict = refusal?.code === 409 && !isWebhookInTheWay(refusal);
  if (isConflict && conflicts + 1 >= CONFLICTS_BORNE) return { kind: 'lost', error: new Error(CONFLICT_TEXT) };
  return undefined;
}

const CONFLICT_TEXT =
  'Conflict (409): another program polls with this bot token. Stop it, or give this bot a token of its own with @BotFather.';

export const revokedText = (refusal: ApiRefusal | undefined): string =>
  `Telegram refuses the bot token (${refusal?.code ?? 401} ${refusal?.description ?? 'Unauthorized'}). Get a new one from @BotFather and set it.`;

const isWebhookInTheWay = (refusal: ApiRefusal | undefined): boolean =>
  refusal?.code === 409 && /webhook is active/i.test(refusal.description);

function pauseMs(failures: number, random: () => number): number {
  const plain = Math.min(PAUSE.maxMs, PAUSE.firstMs * PAUSE.factor ** (failures - 1));
  return Math.round(plain * (1 + PAUSE.jitter * (2 * random() - 1)));
}

/**
 * By their ids, which alone say what was taken; what is no update is left out, and the vendor's own fields are taken at its
 * word.
 */
const updatesIn = (answer: unknown): readonly Update[] =>
  Array.isArray(answer) ? answer.filter(isUpdate).sort((a, b) => a.update_id - b.update_id) : [];

export const isUpdate = (value: unknown): value is Update =>
  isRecord(value) && typeof value.update_id === 'number' && Number.isSafeInteger(value.update_id);

async function withDeadline<T>(
  clock: ConnectionPort['clock'],
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.after(POLL_DEADLINE_MS, () => late.abort(new Error('no answer in time')));
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    cancel();
  }
}

function pause(clock: ConnectionPort['clock'], signal: AbortSignal, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    cancel();
    signal.removeEventListener('abort', end);
    resolve();
  };
  const cancel = clock.after(ms, end);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  return promise;
}
