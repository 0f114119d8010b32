import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '@chela/observability';
import { writeJsonAtomically } from '@chela/store';
import { isRecord } from '../call/arguments.ts';

/** The approvals file as clients see it: never with the socket's token (reference protocol/methods.json exec.approvals.get). */
export interface ApprovalsSnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** SHA-256 of the text on disk, in hex. */
  readonly hash: string;
  readonly file: Readonly<Record<string, unknown>>;
}

/** A write was based on another content than the one on disk. The message is the contract's. */
export class ApprovalsConflictError extends Error {
  override readonly name = 'ApprovalsConflictError';
}

/** `exec-approvals.json`: which programs may run without asking (reference agent/tools.md §4.13). */
export interface ApprovalsDocument {
  /** Creates the file when it is missing. */
  read(): Promise<ApprovalsSnapshot>;
  /** Replaces the content; the socket on disk stays. Throws ApprovalsConflictError unless `baseHash` is that of the file on disk. */
  replace(file: Readonly<Record<string, unknown>>, baseHash: string | undefined): Promise<ApprovalsSnapshot>;
  /** Adds programs to an agent's allowlist; those that are on it are only marked as used. */
  allow(grant: {
    readonly agentId: string;
    readonly command: string;
    readonly paths: readonly string[];
  }): Promise<void>;
}

const SOCKET_TOKEN_BYTES = 24;
const FILE_MAX_BYTES = 4 * 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

interface Loaded {
  readonly raw: string;
  readonly content: Fields;
}

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

function entriesOf(value: unknown): Fields[] {
  const list = Array.isArray(value) ? value : [];
  return list.flatMap((entry): Fields[] => {
    const fields = typeof entry === 'string' ? { pattern: entry.trim() } : fieldsOf(entry);
    return textOf(fields.pattern) === undefined ? [] : [{ ...fields, id: textOf(fields.id) ?? randomUUID() }];
  });
}

function normalisedAgent(value: unknown): Fields {
  const fields = fieldsOf(value);
  return 'allowlist' in fields ? { ...fields, allowlist: entriesOf(fields.allowlist) } : fields;
}

/** Files of an early release call the main agent `default`. */
function mergedAgents(value: unknown): Fields {
  const { default: early, ...agents } = fieldsOf(value);
  if (early === undefined) return agents;
  const main = fieldsOf(agents.main);
  const allowlist = [...entriesOf(fieldsOf(early).allowlist), ...entriesOf(main.allowlist)];
  return { ...agents, main: { ...fieldsOf(early), ...main, ...(allowlist.length > 0 && { allowlist }) } };
}

function normalised(content: Fields, socket: Fields): Fields {
  const agents = Object.entries(mergedAgents(content.agents)).map(([id, agent]) => [id, normalisedAgent(agent)]);
  return { ...content, version: 1, socket, defaults: fieldsOf(content.defaults), agents: Object.fromEntries(agents) };
}

export function createApprovalsDocument(deps: { readonly path: string; readonly clock: Clock }): ApprovalsDocument {
  const { path } = deps;
  let queue: Promise<unknown> = Promise.resolve();

  /** One operation at a time; a failed one does not hold up the next. */
  function alone<T>(operation: () => Promise<T>): Promise<T> {
    const result = queue.then(operation);
    queue = result.catch(() => undefined);
    return result;
  }

  async function load(): Promise<Loaded | undefined> {
    const raw = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (raw === undefined) return undefined;
    if (raw.length > FILE_MAX_BYTES) throw new Error(`${path} is too large to be an approvals file`);
    const content: unknown = parsed(raw);
    return { raw, content: fieldsOf(content) };
  }

  function parsed(raw: string): unknown {
    try {
      return JSON.parse(raw);
    } catch (cause) {
      throw new Error(`${path} is not valid JSON; mend or remove it`, { cause });
    }
  }

  function socketOf(content: Fields): Fields {
    const socket = fieldsOf(content.socket);
    return {
      path: textOf(socket.path) ?? join(dirname(path), 'exec-approvals.sock'),
      token: textOf(socket.token) ?? randomBytes(SOCKET_TOKEN_BYTES).toString('base64url'),
    };
  }

  async function write(content: Fields): Promise<Loaded> {
    await writeJsonAtomically(path, content);
    const loaded = await load();
    if (!loaded) throw new Error(`${path} is gone right after it was written`);
    return loaded;
  }

  /** The file with everything it must have; written only when something was missing. A later version is left alone. */
  async function ensured(): Promise<Loaded> {
    const loaded = await load();
    const content = loaded?.content ?? {};
    if (loaded && content.version !== 1) return { raw: loaded.raw, content: normalised({}, socketOf({})) };
    const isComplete = loaded && textOf(fieldsOf(content.socket).token) !== undefined;
    return isComplete ? loaded : write(normalised(content, socketOf(content)));
  }

  function snapshot({ raw, content }: Loaded): ApprovalsSnapshot {
    const { token: _hidden, ...socket } = socketOf(content);
    const hash = createHash('sha256').update(raw).digest('hex');
    return { path, exists: true, hash, file: normalised(content, socket) };
  }

  function allowed(entries: readonly Fields[], paths: readonly string[], command: string): readonly Fields[] {
    const used = { lastUsedAt: deps.clock.now(), lastUsedCommand: command };
    const known = entries.map((entry) =>
      typeof entry.pattern === 'string' && paths.includes(entry.pattern)
        ? { ...entry, ...used, lastResolvedPath: entry.pattern }
        : entry,
    );
    const fresh = [...new Set(paths)].filter((pattern) => !entries.some((entry) => entry.pattern === pattern));
    return [...known, ...fresh.map((pattern) => ({ pattern, id: randomUUID(), ...used, lastResolvedPath: pattern }))];
  }

  return {
    read: () => alone(async () => snapshot(await ensured())),
    replace: (file, baseHash) =>
      alone(async () => {
        const before = await ensured();
        if (!baseHash) {
          throw new ApprovalsConflictError('exec approvals base hash required; re-run exec.approvals.get and retry');
        }
        if (baseHash !== snapshot(before).hash) {
          throw new ApprovalsConflictError(
            'exec approvals changed since last load; re-run exec.approvals.get and retry',
          );
        }
        const socket = socketOf({ socket: { ...fieldsOf(before.content.socket), ...pathOf(file) } });
        return snapshot(await write(normalised(file, socket)));
      }),
    allow: ({ agentId, command, paths }) =>
      alone(async () => {
        if (paths.length === 0) return;
        const { content } = await ensured();
        const agents = mergedAgents(content.agents);
        const agent = fieldsOf(agents[agentId]);
        const allowlist = allowed(entriesOf(agent.allowlist), paths, command);
        const next = { ...content, agents: { ...agents, [agentId]: { ...agent, allowlist } } };
        await write(normalised(next, socketOf(content)));
      }),
  };
}

/** A client may move the socket; its token it never sees and never sets. */
function pathOf(file: Fields): Fields {
  const path = textOf(fieldsOf(file.socket).path);
  return path === undefined ? {} : { path };
}
