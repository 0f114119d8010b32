import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { parseJson5 } from '@chela/config';
import { systemClock } from '@chela/observability';
import { createApprovalsDocument } from '@chela/tools';
import { type CliContext, CliFailure } from '../context.ts';
import { formatAge, tildePath } from '../format.ts';
import { type GatewaySession, withGateway } from '../gateway-call.ts';
import { resolveTarget } from '../gateway-target.ts';
import { arrayAt, flagAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';
import { numberFlag } from '../number-flag.ts';
import { boxTable } from '../table.ts';
import type { TargetedFlags } from '../tree/target-flags.ts';
import { findNodeId } from './nodes/node-desk.ts';

export interface ApprovalsFlags extends TargetedFlags {
  /** Ask the gateway; without it and `node` the file of this machine is meant. */
  readonly gateway?: boolean;
  readonly node?: string;
}

type Fields = Record<string, unknown>;

/** Where an approvals file is: on this machine, at the gateway, or on a node. */
interface Place {
  readonly name: 'local' | 'gateway' | 'node';
  /** `{path, exists, hash, file}` without the socket's token. */
  read(): Promise<unknown>;
  replace(file: Fields, baseHash: string): Promise<unknown>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Programs that every agent may run. */
const EVERY_AGENT = '*';

/** Opens the place the flags name for the length of `use`. */
async function atPlace<T>(context: CliContext, flags: ApprovalsFlags, use: (place: Place) => Promise<T>): Promise<T> {
  const loaded = await loadConfig(context);
  if (!flags.gateway && flags.node === undefined) return use(localPlace(join(loaded.paths.stateDir, FILE_NAME)));
  const target = resolveTarget(context, loaded, flags);
  const timeoutMs = numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS);
  return withGateway(context, target, { timeoutMs }, async (session) =>
    use(flags.node === undefined ? gatewayPlace(session) : await nodePlace(session, flags.node)),
  );
}

const FILE_NAME = 'exec-approvals.json';

/** A look must not create the file; a write does. */
function localPlace(path: string): Place {
  const document = createApprovalsDocument({ path, clock: systemClock });
  return {
    name: 'local',
    async read() {
      const raw = await readFile(path, 'utf8').catch(() => undefined);
      if (raw !== undefined) return document.read();
      const hash = createHash('sha256').update('').digest('hex');
      return { path, exists: false, hash, file: { version: 1, socket: {}, defaults: {}, agents: {} } };
    },
    replace: async (file) => document.replace(file, (await document.read()).hash),
  };
}

function gatewayPlace(session: GatewaySession): Place {
  return {
    name: 'gateway',
    read: () => session.request('exec.approvals.get', {}),
    replace: (file, baseHash) => session.request('exec.approvals.set', { file, baseHash }),
  };
}

async function nodePlace(session: GatewaySession, reference: string): Promise<Place> {
  const nodeId = await findNodeId(session, reference);
  return {
    name: 'node',
    read: () => session.request('exec.approvals.node.get', { nodeId }),
    replace: (file, baseHash) => session.request('exec.approvals.node.set', { nodeId, file, baseHash }),
  };
}

/** `approvals get` (reference cli/samples/approvals-get-json). JSON stands on one line. */
export async function approvalsGet(context: CliContext, flags: ApprovalsFlags): Promise<void> {
  await atPlace(context, flags, async (place) => show(context, place, flags, await place.read()));
}

interface SetFlags extends ApprovalsFlags {
  readonly file?: string;
  readonly stdin?: boolean;
}

/** `approvals set`: replaces the whole file by one given as JSON5. */
export async function approvalsSet(context: CliContext, flags: SetFlags): Promise<void> {
  if (!flags.file && !flags.stdin) throw new CliFailure(['Provide --file or --stdin.']);
  const given = flags.stdin ? await readAll(process.stdin) : await readFile(flags.file ?? '', 'utf8');
  const content: unknown = await parseJson5(given);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new CliFailure(['The approvals must be a JSON object.']);
  }
  await atPlace(context, flags, async (place) => {
    const before = await place.read();
    show(context, place, flags, await place.replace({ ...content }, textAt(before, 'hash') ?? ''));
  });
}

interface AllowFlags extends ApprovalsFlags {
  readonly agent?: string;
}

/** `approvals allowlist add`: a program, by path or pattern, that an agent may run without asking. */
export async function allowlistAdd(context: CliContext, pattern: string, flags: AllowFlags): Promise<void> {
  await changeAllowlist(context, pattern, flags, 'Already allowlisted.', (entries, wanted) =>
    entries.some((entry) => textAt(entry, 'pattern') === wanted)
      ? undefined
      : [...entries, { pattern: wanted, lastUsedAt: context.now() }],
  );
}

/** `approvals allowlist remove`. */
export async function allowlistRemove(context: CliContext, pattern: string, flags: AllowFlags): Promise<void> {
  await changeAllowlist(context, pattern, flags, 'Pattern not found.', (entries, wanted) => {
    const left = entries.filter((entry) => textAt(entry, 'pattern') !== wanted);
    return left.length === entries.length ? undefined : left;
  });
}

/** `change` gives undefined when nothing is to be done, which is said and no failure. */
async function changeAllowlist(
  context: CliContext,
  given: string,
  flags: AllowFlags,
  nothingToDo: string,
  change: (entries: readonly unknown[], pattern: string) => readonly unknown[] | undefined,
): Promise<void> {
  const pattern = given.trim();
  if (pattern === '') throw new CliFailure(['Pattern required.']);
  const agentId = flags.agent?.trim() || EVERY_AGENT;
  await atPlace(context, flags, async (place) => {
    const before = await place.read();
    const file = recordAt(before, 'file');
    const agents = recordAt(file, 'agents');
    const agent = recordAt(agents, agentId);
    const entries = change(arrayAt(agent, 'allowlist'), pattern);
    if (entries === undefined) return context.output.line(nothingToDo);
    const next = { ...file, agents: withAllowlist(agents, agentId, agent, entries) };
    show(context, place, flags, await place.replace(next, textAt(before, 'hash') ?? ''));
  });
}

/** An agent that has nothing left goes. */
function withAllowlist(agents: Fields, agentId: string, agent: Fields, entries: readonly unknown[]): Fields {
  const { allowlist: _before, ...rest } = agent;
  if (entries.length > 0) return { ...agents, [agentId]: { ...rest, allowlist: entries } };
  if (Object.keys(rest).length > 0) return { ...agents, [agentId]: rest };
  const { [agentId]: _gone, ...others } = agents;
  return others;
}

function show(context: CliContext, place: Place, flags: ApprovalsFlags, snapshot: unknown): void {
  const { output } = context;
  if (flags.json) return output.line(JSON.stringify(snapshot));
  const home = context.env.HOME ?? '';
  const file = recordAt(snapshot, 'file');
  const socket = textAt(recordAt(file, 'socket'), 'path');
  const allowed = allowlistRows(recordAt(file, 'agents'), context.now());
  const fields = [
    ['Where', place.name],
    ['Path', tildePath(textAt(snapshot, 'path') ?? '', home)],
    ['Exists', flagAt(snapshot, 'exists') ? 'yes' : 'no'],
    ['Hash', textAt(snapshot, 'hash') ?? ''],
    ['Version', String(numberAt(file, 'version') ?? '')],
    ['Socket', socket === undefined ? 'default' : tildePath(socket, home)],
    ['Defaults', defaultsText(recordAt(file, 'defaults'))],
    ['Agents', String(Object.keys(recordAt(file, 'agents')).length)],
    ['Allowlist', String(allowed.length)],
  ];
  for (const line of boxTable(['Field', 'Value'], fields, output.columns)) output.line(line);
  output.line('');
  if (allowed.length === 0) return output.line('No program is allowed beforehand.');
  for (const line of boxTable(['Agent', 'Last used', 'Pattern'], allowed, output.columns)) output.line(line);
}

function defaultsText(defaults: Fields): string {
  const words = Object.entries(defaults).map(([key, value]) => `${key}=${String(value)}`);
  return words.length === 0 ? 'none' : words.join(', ');
}

function allowlistRows(agents: Fields, now: number): readonly (readonly string[])[] {
  return Object.keys(agents).flatMap((agentId) =>
    arrayAt(recordAt(agents, agentId), 'allowlist').map((entry) => {
      const usedAt = numberAt(entry, 'lastUsedAt');
      return [agentId, usedAt === undefined ? '' : formatAge(now - usedAt), textAt(entry, 'pattern') ?? ''];
    }),
  );
}
