import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Logger } from '@chela/observability';
import { PAIRING_REQUEST_LIFE_MS } from '@chela/protocol';
import { createRecordFile } from '@chela/store';

/** What a node says about itself when it asks to be paired. */
export interface NodeFacts {
  readonly nodeId: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly version?: string;
  readonly coreVersion?: string;
  readonly uiVersion?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly caps?: readonly string[];
  readonly commands?: readonly string[];
  readonly remoteIp?: string;
}

export interface NodePairRequest extends NodeFacts {
  readonly requestId: string;
  readonly silent?: boolean;
  readonly isRepair: boolean;
  readonly ts: number;
}

export interface PairedNodeRecord extends NodeFacts {
  readonly token: string;
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
  readonly lastConnectedAtMs?: number;
}

/** The pairing store of early nodes, beside device pairing: `nodes/*.json` of the state directory (reference nodes/nodes.md §3). */
export interface NodePairing {
  request(
    facts: NodeFacts & { readonly silent?: boolean },
  ): Promise<{ readonly request: NodePairRequest; readonly created: boolean }>;
  list(): Promise<{ readonly pending: readonly NodePairRequest[]; readonly paired: readonly PairedNodeRecord[] }>;
  /** With a fresh token each time; undefined for an unknown request. */
  approve(requestId: string): Promise<PairedNodeRecord | undefined>;
  reject(requestId: string): Promise<NodePairRequest | undefined>;
  verify(nodeId: string, token: string): Promise<PairedNodeRecord | undefined>;
  rename(nodeId: string, displayName: string): Promise<PairedNodeRecord | undefined>;
  /** Remembers that these nodes connected, where they are paired here. */
  connected(nodeIds: readonly string[]): Promise<void>;
}

/** Requests kept at a time; the oldest give way. */
const PENDING_LIMIT = 200;
const TOKEN_BYTES = 32;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRequest = (value: unknown): value is NodePairRequest =>
  isFields(value) &&
  typeof value.requestId === 'string' &&
  typeof value.nodeId === 'string' &&
  typeof value.ts === 'number';

const isPaired = (value: unknown): value is PairedNodeRecord =>
  isFields(value) &&
  typeof value.nodeId === 'string' &&
  typeof value.token === 'string' &&
  typeof value.approvedAtMs === 'number';

function isSameToken(given: string, expected: string): boolean {
  const a = Buffer.from(given, 'utf8');
  const b = Buffer.from(expected, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}

export function createNodePairing(deps: {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): NodePairing {
  const { clock, logger } = deps;
  const now = (): number => clock.now();
  const folder = join(deps.stateDir, 'nodes');
  const pendingFile = createRecordFile({ path: join(folder, 'pending.json'), isRecord: isRequest, now, logger });
  const pairedFile = createRecordFile({ path: join(folder, 'paired.json'), isRecord: isPaired, now, logger });
  let queue: Promise<unknown> = Promise.resolve();

  /** One operation at a time; a failed one does not hold up the next. */
  function alone<T>(operation: () => Promise<T>): Promise<T> {
    const result = queue.then(operation);
    queue = result.catch(() => undefined);
    return result;
  }

  async function livePending(): Promise<NodePairRequest[]> {
    const oldest = now() - PAIRING_REQUEST_LIFE_MS;
    return [...(await pendingFile.read()).values()].filter(({ ts }) => ts >= oldest);
  }

  async function savePending(requests: readonly NodePairRequest[]): Promise<void> {
    await pendingFile.write(new Map(requests.slice(-PENDING_LIMIT).map((request) => [request.requestId, request])));
  }

  async function take(requestId: string): Promise<NodePairRequest | undefined> {
    const pending = await livePending();
    const request = pending.find((entry) => entry.requestId === requestId);
    if (request) await savePending(pending.filter((entry) => entry !== request));
    return request;
  }

  async function save(records: readonly PairedNodeRecord[]): Promise<void> {
    const all = new Map(await pairedFile.read());
    for (const record of records) all.set(record.nodeId, record);
    await pairedFile.write(all);
  }

  return {
    request: ({ silent, ...facts }) =>
      alone(async () => {
        const pending = await livePending();
        const waiting = pending.find(({ nodeId }) => nodeId === facts.nodeId);
        if (waiting) return { request: waiting, created: false };
        const isRepair = (await pairedFile.read()).has(facts.nodeId);
        const asked = { ...facts, ...(silent !== undefined && { silent }) };
        const request: NodePairRequest = { requestId: randomUUID(), ...asked, isRepair, ts: now() };
        await savePending([...pending, request]);
        return { request, created: true };
      }),
    list: () =>
      alone(async () => ({
        pending: (await livePending()).sort((a, b) => b.ts - a.ts),
        paired: [...(await pairedFile.read()).values()].sort((a, b) => b.approvedAtMs - a.approvedAtMs),
      })),
    approve: (requestId) =>
      alone(async () => {
        const request = await take(requestId);
        if (!request) return undefined;
        const { requestId: _id, silent: _silent, isRepair: _repair, ts: _ts, nodeId, ...facts } = request;
        const before = (await pairedFile.read()).get(nodeId);
        const approvedAtMs = now();
        const record: PairedNodeRecord = {
          ...before,
          nodeId,
          token: randomBytes(TOKEN_BYTES).toString('base64url'),
          ...facts,
          createdAtMs: before?.createdAtMs ?? approvedAtMs,
          approvedAtMs,
        };
        await save([record]);
        return record;
      }),
    reject: (requestId) => alone(() => take(requestId)),
    verify: (nodeId, token) =>
      alone(async () => {
        const record = (await pairedFile.read()).get(nodeId);
        return record && isSameToken(token, record.token) ? record : undefined;
      }),
    rename: (nodeId, displayName) =>
      alone(async () => {
        const record = (await pairedFile.read()).get(nodeId);
        if (!record) return undefined;
        const renamed = { ...record, displayName };
        await save([renamed]);
        return renamed;
      }),
    connected: (nodeIds) =>
      alone(async () => {
        const paired = await pairedFile.read();
        const known = nodeIds.flatMap((id) => paired.get(id) ?? []);
        if (known.length > 0) await save(known.map((record) => ({ ...record, lastConnectedAtMs: now() })));
      }),
  };
}
