import { mkdir } from 'node:fs/promises';
import { createFileLock } from '@chela/models';
import type { Clock } from '@chela/observability';
import { writeJsonAtomically } from '@chela/store';
import { newPairingCode } from './pairing-code.ts';
import {
  allowFile,
  type PairingRequest,
  readAllowed,
  readJson,
  readRequests,
  requestsFile,
  stampOf,
} from './pairing-files.ts';

/** A code is good for this long from its creation. */
const REQUEST_LIFE_MS = 60 * 60 * 1000;
/** Requests that wait at a time, all accounts of a channel together; who comes later hears nothing. */
const REQUESTS_LIMIT = 3;
const FORMAT_VERSION = 1;
const PRIVATE_FOLDER = 0o700;

/** Who was let in on channels by an owner's word, and who asks to be (reference channels/framework.md §6). */
export interface PairingStore {
  /** Who waits, oldest first; of one account when it is named. */
  list(channel: string, accountId?: string): Promise<readonly PairingRequest[]>;
  /**
   * Notes that somebody asks. `created`: they have not been told their code yet. Undefined: too many wait already.
   * A repeated question keeps its code.
   */
  request(asking: {
    readonly channel: string;
    readonly accountId: string;
    readonly id: string;
    readonly meta: Readonly<Record<string, string>>;
  }): Promise<{ readonly code: string; readonly created: boolean } | undefined>;
  /** Lets the one with this code in, in whichever case it is written; undefined for a code that nobody has. */
  approve(answer: PairingAnswer): Promise<PairingRequest | undefined>;
  /** Forgets the request without letting anybody in. */
  reject(answer: Omit<PairingAnswer, 'accountId'>): Promise<PairingRequest | undefined>;
  /** Ids that were let in: for the account and for all accounts. */
  allowed(channel: string, accountId: string): Promise<readonly string[]>;
  /** Lets an id in, or no longer. False: nothing changed. */
  setAllowed(entry: {
    readonly channel: string;
    readonly accountId?: string;
    readonly id: string;
    readonly isAllowed: boolean;
  }): Promise<boolean>;
}

export interface PairingAnswer {
  readonly channel: string;
  readonly code: string;
  /** Where they are let in; absent: the account they wrote to. */
  readonly accountId?: string;
}

export function createPairingStore(deps: {
  /** `<state>/credentials`. */
  readonly folder: string;
  readonly clock: Clock;
}): PairingStore {
  const { folder, clock } = deps;
  const lock = createFileLock();
  /** What a file said when it was last read, by path; as many as there are accounts. */
  const seen = new Map<string, { readonly stamp: string; readonly ids: readonly string[] }>();

  /** The lock is a file beside it, so the folder must be there. */
  const alone = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    return lock.run(path, work);
  };

  const alive = (requests: readonly PairingRequest[]): readonly PairingRequest[] =>
    requests.filter(({ createdAt }) => {
      const at = Date.parse(createdAt);
      return Number.isFinite(at) && clock.now() - at <= REQUEST_LIFE_MS;
    });

  /** Changes the requests of a channel, alone; nothing is written when `change` gives them back as they are. */
  const update = async <T>(
    channel: string,
    change: (requests: readonly PairingRequest[]) => { readonly next: readonly PairingRequest[]; readonly result: T },
  ): Promise<T> => {
    const path = requestsFile(folder, channel);
    return alone(path, async () => {
      const stored = readRequests(await readJson(path));
      const { next, result } = change(alive(stored));
      const isSame = next.length === stored.length && next.every((request, index) => request === stored[index]);
      if (!isSame) await writeJsonAtomically(path, { version: FORMAT_VERSION, requests: next });
      return result;
    });
  };

  const waiting = (channel: string): Promise<readonly PairingRequest[]> =>
    update(channel, (requests) => ({ next: requests, result: requests }));

  const idsIn = async (path: string): Promise<readonly string[]> => {
    const stamp = await stampOf(path);
    const known = seen.get(path);
    if (known?.stamp === stamp) return known.ids;
    const ids = readAllowed(await readJson(path));
    seen.set(path, { stamp, ids });
    return ids;
  };

  const setAllowed: PairingStore['setAllowed'] = async ({ channel, accountId, id, isAllowed }) => {
    const path = allowFile(folder, channel, accountId);
    return alone(path, async () => {
      const ids = readAllowed(await readJson(path));
      if (ids.includes(id) === isAllowed) return false;
      const allowFrom = isAllowed ? [...ids, id] : ids.filter((known) => known !== id);
      await writeJsonAtomically(path, { version: FORMAT_VERSION, allowFrom });
      return true;
    });
  };

  const take = (channel: string, code: string): Promise<PairingRequest | undefined> => {
    const wanted = code.trim().toUpperCase();
    return update(channel, (requests) => {
      const result = requests.find((request) => request.code.toUpperCase() === wanted);
      return { next: result === undefined ? requests : requests.filter((request) => request !== result), result };
    });
  };

  return {
    async list(channel, accountId) {
      const requests = await waiting(channel);
      return accountId === undefined ? requests : requests.filter(({ meta }) => meta?.accountId === accountId);
    },
    request: ({ channel, accountId, id, meta }) =>
      update<{ readonly code: string; readonly created: boolean } | undefined>(channel, (requests) => {
        const now = new Date(clock.now()).toISOString();
        const known = requests.find((request) => request.id === id);
        const fresh = { ...meta, accountId };
        if (known !== undefined) {
          const refreshed = { ...known, lastSeenAt: now, meta: fresh };
          const next = requests.map((request) => (request === known ? refreshed : request));
          return { next, result: { code: known.code, created: false } };
        }
        if (requests.length >= REQUESTS_LIMIT) return { next: requests, result: undefined };
        const code = newPairingCode(new Set(requests.map((request) => request.code)));
        const request: PairingRequest = { id, code, createdAt: now, lastSeenAt: now, meta: fresh };
        return { next: [...requests, request], result: { code, created: true } };
      }),
    async approve({ channel, code, accountId }) {
      const wanted = code.trim().toUpperCase();
      const request = (await waiting(channel)).find((known) => known.code.toUpperCase() === wanted);
      if (request === undefined) return undefined;
      const where = accountId ?? request.meta?.accountId;
      await setAllowed({ channel, id: request.id, isAllowed: true, ...(where !== undefined && { accountId: where }) });
      // In this order: what stops in between leaves a request that can be approved again.
      await take(channel, code);
      return request;
    },
    reject: ({ channel, code }) => take(channel, code),
    async allowed(channel, accountId) {
      const [scoped, unscoped] = await Promise.all([
        idsIn(allowFile(folder, channel, accountId)),
        idsIn(allowFile(folder, channel, undefined)),
      ]);
      return [...new Set([...scoped, ...unscoped])];
    },
    setAllowed,
  };
}
