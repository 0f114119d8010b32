/**
 * The smallest vendor that a channel can have, for docs/guides/new-channel.md and the test that follows it: three calls,
 * long polling, and sends that are shown once however often one key comes.
 *
 * - `GET /me` → `{id, name}`
 * - `GET /updates?after=N` → `{updates, cursor}`; forgets what is not behind `after`, and waits when there is no news.
 * - `POST /messages {to, text, key}` → `{id}`
 *
 * `Authorization: Bearer <token>`; refusals are `{error}` with a status, and 429 has `retry-after`.
 */
import type { CallLog } from '../call-log.ts';
import type { FaultScript } from '../faults.ts';
import { createFakeHttp, type PlatformAnswer, type PlatformRequest } from '../http/fake-http.ts';

/** What somebody wrote. */
export interface ToyUpdate {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly chat: { readonly id: string; readonly isGroup: boolean; readonly title?: string };
  readonly from: { readonly id: string; readonly name: string };
  readonly text: string;
  readonly mentions: readonly string[];
}

export interface ToyMessage {
  readonly id: string;
  readonly to: string;
  readonly text: string;
}

export interface FakeToy {
  readonly url: string;
  readonly token: string;
  readonly self: { readonly id: string; readonly name: string };
  readonly log: CallLog;
  readonly faults: FaultScript;
  /** What was sent, oldest first. */
  readonly messages: readonly ToyMessage[];
  push(update: ToyUpdate): void;
  /** Forgets what was said and sent. */
  clear(): void;
  /** Every call is answered with 401 from now on, until `restore`. */
  revoke(): void;
  restore(): void;
  restart(): Promise<void>;
  start(): Promise<string>;
  stop(): Promise<void>;
}

const TOKEN = 'toy-token-1';
const SELF = { id: 'chela', name: 'Chela' };
/** How long a request for news waits. */
const POLL_MS = 20_000;

export function createFakeToy(): FakeToy {
  let held: { readonly at: number; readonly update: ToyUpdate }[] = [];
  let count = 0;
  let isRevoked = false;
  let messages: ToyMessage[] = [];
  const idsByKey = new Map<string, string>();
  const waiting = new Set<() => void>();

  const wake = (): void => {
    for (const look of [...waiting]) look();
  };

  const news = async ({ query, gone }: PlatformRequest): Promise<PlatformAnswer> => {
    const after = Number(query.after ?? 0);
    held = held.filter(({ at }) => at > after);
    if (held.length === 0) await somethingNew(gone);
    return { body: { updates: held.map(({ update }) => update), cursor: String(held.at(-1)?.at ?? after) } };
  };

  const somethingNew = (gone: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, POLL_MS);
    waiting.add(resolve);
    gone.addEventListener('abort', () => resolve(), { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(resolve);
    });
  };

  const take = ({ params }: PlatformRequest): PlatformAnswer => {
    const { to, text, key } = params;
    if (typeof to !== 'string' || typeof text !== 'string' || text === '') {
      return { status: 400, body: { error: 'to and text are needed' } };
    }
    const known = typeof key === 'string' ? idsByKey.get(key) : undefined;
    if (known !== undefined) return { body: { id: known } };
    const id = `m-${idsByKey.size + 1}`;
    idsByKey.set(String(key ?? id), id);
    messages.push({ id, to, text });
    return { body: { id } };
  };

  const answer = (request: PlatformRequest): Promise<PlatformAnswer> | PlatformAnswer => {
    if (isRevoked || request.headers.authorization !== `Bearer ${TOKEN}`) {
      return { status: 401, body: { error: 'unknown token' } };
    }
    const call = `${request.verb} ${request.path}`;
    if (call === 'GET /me') return { body: SELF };
    if (call === 'GET /updates') return news(request);
    if (call === 'POST /messages') return take(request);
    return { status: 404, body: { error: 'no such call' } };
  };

  const http = createFakeHttp({ nameOf: ({ path }) => path.slice(1), answer });

  return {
    get url() {
      return http.url;
    },
    token: TOKEN,
    self: SELF,
    log: http.log,
    faults: http.faults,
    get messages() {
      return messages;
    },
    push(update) {
      count += 1;
      held.push({ at: count, update });
      wake();
    },
    clear() {
      held = [];
      messages = [];
    },
    revoke() {
      isRevoked = true;
      http.dropConnections();
    },
    restore() {
      isRevoked = false;
    },
    restart: () => http.restart(),
    start: () => http.start(),
    stop: () => http.stop(),
  };
}
