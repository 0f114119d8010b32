import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFurnisher } from '@chela/agent';
import {
  agentConfig,
  agentDir,
  agentSessionsDir,
  type Config,
  createConfigEditor,
  DEFAULT_AGENT_ID,
  normalizeAgentId,
  resolveUserPath,
} from '@chela/config';
import { withAgent } from '@chela/gateway';
import { silentLogger, systemClock } from '@chela/observability';
import { type CliContext, CliFailure } from '../../context.ts';
import { recordAt, textAt } from '../../json-reader.ts';
import { loadConfig, requireValid } from '../../loaded-config.ts';

export interface AddFlags {
  readonly workspace?: string;
  readonly model?: string;
  readonly agentDir?: string;
  /** `channel` or `channel:account`. */
  readonly bind: readonly string[];
  readonly nonInteractive?: boolean;
  readonly json?: boolean;
}

interface Binding {
  readonly agentId: string;
  readonly match: { readonly channel: string; readonly accountId?: string };
}

/** `agents add`: an agent with a workspace and rules of its own (reference cli/samples/agents-add-dup). */
export async function agentsAdd(context: CliContext, given: string | undefined, flags: AddFlags): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const { current, paths } = loaded;
  const name = given?.trim() || (await answer(context, flags, 'Name of the agent: ', 'the agent needs a name'));
  const agentId = normalizeAgentId(name);
  if (agentId === DEFAULT_AGENT_ID) throw new CliFailure([`"${DEFAULT_AGENT_ID}" is reserved. Choose another name.`]);
  if (agentConfig(current, agentId) !== undefined) throw new CliFailure([`Agent "${agentId}" already exists.`]);
  const wanted = flags.bind.map((rule) => parsedBinding(current, agentId, rule));
  const place = flags.workspace ?? (await askWorkspace(context, flags, join(paths.stateDir, `workspace-${agentId}`)));
  const workspace = resolveUserPath(place, paths.homeDir);
  const ownDir = flags.agentDir ? resolveUserPath(flags.agentDir, paths.homeDir) : agentDir(current, paths, agentId);
  // The folders come first: an entry without its workspace would be worse than a workspace without its entry.
  await mkdir(workspace, { recursive: true, mode: 0o700 });
  const silent = silentLogger('cli');
  await createFurnisher({ config: loaded.service, clock: systemClock, logger: silent })(workspace);
  await mkdir(agentSessionsDir(paths, agentId), { recursive: true, mode: 0o700 });
  let bindings = sorted(current, wanted);
  await createConfigEditor({ paths, env: context.env, logger: silent }).change((live) => {
    bindings = sorted(live, wanted);
    const model = flags.model === undefined ? {} : { model: flags.model };
    const withEntry = withAgent(live, { id: agentId, name, workspace, agentDir: ownDir, ...model });
    if (bindings.added.length === 0) return withEntry;
    return { ...withEntry, bindings: [...rulesOf(live), ...bindings.added] };
  });
  const { output } = context;
  const texts = {
    added: bindings.added.map(bindingText),
    skipped: bindings.skipped.map(bindingText),
    conflicts: bindings.conflicts.map(bindingText),
  };
  if (flags.json) return output.json({ agentId, name, workspace, agentDir: ownDir, bindings: texts });
  output.line(`Agent ${agentId} is there. Its workspace: ${workspace}`);
  for (const rule of texts.added) output.line(`It answers ${rule}.`);
  for (const rule of texts.conflicts) output.line(`Not taken over, another agent has it: ${rule}`);
}

async function answer(context: CliContext, flags: AddFlags, question: string, missing: string): Promise<string> {
  if (flags.nonInteractive || !context.prompt.isTty) throw new CliFailure([`Error: ${missing}.`]);
  const typed = (await context.prompt.ask(question)).trim();
  if (typed === '') throw new CliFailure([`Error: ${missing}.`]);
  return typed;
}

async function askWorkspace(context: CliContext, flags: AddFlags, fallback: string): Promise<string> {
  if (flags.nonInteractive || !context.prompt.isTty) {
    throw new CliFailure(['Error: without somebody to ask, --workspace is needed.']);
  }
  return (await context.prompt.ask(`Workspace (${fallback}): `)).trim() || fallback;
}

function parsedBinding(config: Config, agentId: string, rule: string): Binding {
  const [channel = '', accountId = ''] = rule.split(':', 2).map((part) => part.trim());
  const isKnown = recordAt(config, 'channels')[channel.toLowerCase()] !== undefined;
  if (!isKnown) throw new CliFailure([`Unknown channel "${channel}".`]);
  return { agentId, match: { channel: channel.toLowerCase(), ...(accountId !== '' && { accountId }) } };
}

const rulesOf = (config: Config): readonly unknown[] => (Array.isArray(config.bindings) ? config.bindings : []);

/** New rules; those the agent has already; those that are another agent's. */
function sorted(
  config: Config,
  wanted: readonly Binding[],
): Readonly<Record<'added' | 'skipped' | 'conflicts', readonly Binding[]>> {
  const owner = new Map(rulesOf(config).map((rule) => [matchText(recordAt(rule, 'match')), textAt(rule, 'agentId')]));
  const {
    added = [],
    skipped = [],
    conflicts = [],
  } = Object.groupBy(wanted, ({ agentId, match }) => {
    const holder = owner.get(matchText(match));
    if (holder === undefined) return 'added';
    return normalizeAgentId(holder) === agentId ? 'skipped' : 'conflicts';
  });
  return { added, skipped, conflicts };
}

/** Rules with a peer, a guild or a team are other rules than those that `--bind` makes. */
function matchText(match: unknown): string {
  const { channel, accountId, ...rest } = { channel: '', accountId: '', ...recordAt({ match }, 'match') };
  return JSON.stringify([channel, accountId, rest]);
}

const bindingText = ({ match }: Binding): string =>
  match.accountId === undefined ? match.channel : `${match.channel}:${match.accountId}`;
