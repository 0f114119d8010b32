import { dirname, join, resolve } from 'node:path';
import {
  agentConfig,
  agentConfigs,
  agentDir,
  agentIds,
  agentSessionsDir,
  agentWorkspaceDir,
  createConfigEditor,
  DEFAULT_AGENT_ID,
  defaultAgentId,
  normalizeAgentId,
  resolveUserPath,
} from '@chela/config';
import { readIdentityFile, trashAgent, withoutAgent } from '@chela/gateway';
import { silentLogger, systemClock } from '@chela/observability';
import { type CliContext, CliFailure } from '../../context.ts';
import { arrayAt, recordAt } from '../../json-reader.ts';
import { type LoadedConfig, loadConfig, requireValid } from '../../loaded-config.ts';

interface DeleteFlags {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `agents delete`: takes it out of the configuration; its folders go to the trash. */
export async function agentsDelete(context: CliContext, given: string, flags: DeleteFlags): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const { current: before, paths } = loaded;
  const agentId = normalizeAgentId(given);
  if (agentId === DEFAULT_AGENT_ID) throw new CliFailure([`"${DEFAULT_AGENT_ID}" cannot be deleted.`]);
  if (agentConfig(before, agentId) === undefined) throw new CliFailure([`Agent "${agentId}" not found.`]);
  if (!flags.force) {
    if (!context.prompt.isTty) throw new CliFailure(['Non-interactive session. Re-run with --force.']);
    if (!(await context.prompt.confirm(`Delete agent ${agentId} and move its folders to the trash?`))) return;
  }
  const facts = {
    agentId,
    workspace: agentWorkspaceDir(before, paths, agentId),
    agentDir: agentDir(before, paths, agentId),
    sessionsDir: agentSessionsDir(paths, agentId),
  };
  let without = { config: before, removedBindings: 0 };
  const logger = silentLogger('cli');
  await createConfigEditor({ paths, env: context.env, logger }).change((live) => {
    without = withoutAgent(live, agentId);
    return without.config;
  });
  await trashAgent({ before, after: without.config, paths, id: agentId, clock: systemClock, logger });
  const { removedBindings } = without;
  const removedAllow = talkers(before) - talkers(without.config);
  if (flags.json) return context.output.json({ ...facts, removedBindings, removedAllow });
  context.output.line(`Agent ${agentId} is deleted; its folders are in the trash.`);
}

/** How many agents others may talk to. */
const talkers = (config: unknown): number =>
  arrayAt(recordAt(recordAt(config, 'tools'), 'agentToAgent'), 'allow').length;

interface IdentityFlags {
  readonly agent?: string;
  readonly workspace?: string;
  readonly identityFile?: string;
  readonly fromIdentity?: boolean;
  readonly name?: string;
  readonly theme?: string;
  readonly emoji?: string;
  readonly avatar?: string;
  readonly json?: boolean;
}

/** `agents set-identity`: how an agent presents itself, from flags or from an IDENTITY.md. */
export async function agentsSetIdentity(context: CliContext, flags: IdentityFlags): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const { homeDir } = loaded.paths;
  const named = flags.workspace === undefined ? undefined : resolveUserPath(flags.workspace, homeDir);
  const file = identityFile(flags, named, homeDir);
  const folder = named ?? (file === undefined ? undefined : dirname(file));
  const agentId = flags.agent === undefined ? ownerOf(loaded, folder) : normalizeAgentId(flags.agent);
  const facts = { ...(file !== undefined && (await readIdentityFile(file))), ...given(flags) };
  if (Object.keys(facts).length === 0) {
    throw new CliFailure(['Nothing to set: give --name, --emoji, --theme, --avatar, or --from-identity.']);
  }
  let identity: Record<string, unknown> = {};
  await createConfigEditor({ paths: loaded.paths, env: context.env, logger: silentLogger('cli') }).change((live) => {
    identity = { ...agentConfig(live, agentId)?.identity, ...facts };
    const list = agentConfigs(live).has(agentId)
      ? (live.agents?.list ?? [])
      : [...(live.agents?.list ?? []), { id: agentId }];
    const changed = list.map((entry) => (normalizeAgentId(entry.id) === agentId ? { ...entry, identity } : entry));
    return { ...live, agents: { ...live.agents, list: changed } };
  });
  const { output } = context;
  if (flags.json) return output.json({ agentId, identity, workspace: folder ?? null, identityFile: file ?? null });
  output.line(`Agent ${agentId} presents itself anew:`);
  for (const [key, value] of Object.entries(identity)) output.line(`  ${key}: ${String(value)}`);
}

function given(flags: IdentityFlags): Readonly<Record<string, string>> {
  const { name, theme, emoji, avatar } = flags;
  const facts = Object.entries({ name, theme, emoji, avatar });
  return Object.fromEntries(facts.flatMap(([key, value]) => (value?.trim() ? [[key, value.trim()]] : [])));
}

function identityFile(flags: IdentityFlags, workspace: string | undefined, homeDir: string): string | undefined {
  if (flags.identityFile !== undefined) return resolveUserPath(flags.identityFile, homeDir);
  if (!flags.fromIdentity) return undefined;
  return join(workspace ?? process.cwd(), 'IDENTITY.md');
}

/** The only agent of a workspace; the default agent when no workspace was named. */
function ownerOf({ current, paths }: LoadedConfig, workspace: string | undefined): string {
  if (workspace === undefined) return defaultAgentId(current);
  const owners = agentIds(current).filter(
    (id) => resolve(agentWorkspaceDir(current, paths, id)) === resolve(workspace),
  );
  const [owner, ...others] = owners;
  if (owner === undefined || others.length > 0) {
    const found = owners.length === 0 ? 'no agent works' : `several agents work (${owners.join(', ')})`;
    throw new CliFailure([`Error: ${found} in ${workspace}; name one with --agent.`]);
  }
  return owner;
}
