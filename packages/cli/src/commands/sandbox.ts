import { defaultAgentId } from '@chela/config';
import { systemClock } from '@chela/observability';
import { createSandboxDesk, explainSandbox, type SandboxState } from '@chela/tools';
import { type CliContext, CliFailure } from '../context.ts';
import { formatAge } from '../format.ts';
import { loadConfig, requireValid } from '../loaded-config.ts';
import { boxTable } from '../table.ts';

interface ListFlags {
  readonly json?: boolean;
  readonly browser?: boolean;
}

async function openDesk(context: CliContext) {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const { stateDir } = loaded.paths;
  const desk = createSandboxDesk({ config: loaded.current, env: context.env, stateDir, clock: systemClock });
  return { loaded, desk };
}

/** `sandbox list` (reference cli/samples/sandbox-list-json). Chela's browsers run outside of containers. */
export async function sandboxList(context: CliContext, flags: ListFlags): Promise<void> {
  const { desk } = await openDesk(context);
  const containers = flags.browser ? [] : await desk.list();
  const { output } = context;
  if (flags.json) return output.json({ containers, browsers: [] });
  if (containers.length === 0) {
    return output.line(flags.browser ? 'No browser runs in a sandbox.' : 'No sandbox was set up yet.');
  }
  const now = context.now();
  const rows = containers.map((entry) => [
    entry.containerName,
    entry.running ? 'ready' : 'stopped',
    entry.imageMatch ? entry.image : `${entry.image} (not the configured one)`,
    formatAge(now - entry.createdAtMs),
    formatAge(now - entry.lastUsedAtMs),
    entry.sessionKey,
  ]);
  for (const line of boxTable(['Sandbox', 'Status', 'Image', 'Age', 'Unused', 'For'], rows, output.columns)) {
    output.line(line);
  }
  if (containers.some(({ imageMatch }) => !imageMatch))
    output.line('Take up the new image: chela sandbox recreate --all');
}

interface RecreateFlags {
  readonly all?: boolean;
  readonly session?: string;
  readonly agent?: string;
  readonly browser?: boolean;
  readonly force?: boolean;
}

function isMeant({ sessionKey }: SandboxState, { session, agent }: RecreateFlags): boolean {
  if (session !== undefined) return sessionKey === session;
  return agent === undefined || sessionKey === `agent:${agent}` || sessionKey.startsWith(`agent:${agent}:`);
}

/** `sandbox recreate` (reference cli/commands.json). */
export async function sandboxRecreate(context: CliContext, flags: RecreateFlags): Promise<void> {
  const ways = [flags.all === true, flags.session !== undefined, flags.agent !== undefined].filter(Boolean).length;
  if (ways !== 1)
    throw new CliFailure(['Say which sandboxes: exactly one of --all, --session <key> and --agent <id>.']);
  const { desk } = await openDesk(context);
  const { output, prompt } = context;
  const meant = flags.browser ? [] : (await desk.list()).filter((entry) => isMeant(entry, flags));
  if (meant.length === 0) return output.line('No such sandbox was set up.');
  for (const { containerName, sessionKey } of meant) output.line(`${containerName} (${sessionKey})`);
  if (!flags.force && !(await prompt.confirm(`Take away ${meant.length === 1 ? 'it' : `these ${meant.length}`}?`))) {
    return output.line('Nothing was changed.');
  }
  const failed: string[] = [];
  for (const entry of meant) {
    await desk.remove(entry).catch((error: unknown) => {
      failed.push(`${entry.containerName}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  output.line(`Removed: ${meant.length - failed.length}. The next command in each makes it anew.`);
  if (failed.length > 0) throw new CliFailure(failed);
}

interface ExplainFlags {
  readonly session?: string;
  readonly agent?: string;
  readonly json?: boolean;
}

/** `sandbox explain` (reference cli/samples/sandbox-explain-json). */
export async function sandboxExplain(context: CliContext, flags: ExplainFlags): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const named = flags.session?.trim() || undefined;
  const agentId = flags.agent?.trim() || /^agent:([^:]+):/.exec(named ?? '')?.[1] || defaultAgentId(loaded.current);
  const sessionKey = named === undefined || named.startsWith('agent:') ? named : `agent:${agentId}:${named}`;
  const facts = explainSandbox(loaded.current, { agentId, sessionKey }, loaded.paths.stateDir);
  const { output } = context;
  if (flags.json) return output.json({ docsUrl: 'https://docs.openclaw.ai/sandbox', ...facts });
  const { sandbox, elevated } = facts;
  const { allow, deny, sources } = sandbox.tools;
  const gates = elevated.failures.map(({ key }) => key).join(', ');
  const lines = [
    `Session ${facts.sessionKey} of agent ${facts.agentId}: ${sandbox.sessionIsSandboxed ? 'in a sandbox' : 'on the host'}`,
    `  mode ${sandbox.mode}, scope ${sandbox.scope}, workspace access ${sandbox.workspaceAccess}`,
    `  sandbox workspaces: ${sandbox.workspaceRoot}`,
    'Tools in a sandbox',
    `  allow (${sources.allow.source}, ${sources.allow.key}): ${allow.length === 0 ? 'all' : allow.join(', ')}`,
    `  deny (${sources.deny.source}, ${sources.deny.key}): ${deny.join(', ') || 'none'}`,
    'Elevated commands (on the host)',
    `  ${elevated.enabled ? 'enabled' : 'disabled'}; allowed for this session: ${elevated.allowedByConfig ? 'yes' : 'no'}${gates === '' ? '' : ` (${gates})`}`,
    'Settings that change this',
    ...facts.fixIt.map((key) => `  ${key}`),
  ];
  for (const line of lines) output.line(line);
}
