import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditCheck, type AuditFinding, type Premises, sectionOf, textsOf, when } from '../finding.ts';
import { channelAccounts, showsCommands } from './channel-accounts.ts';

/** Channels whose menus offer the commands of skills. */
const WITH_MENUS = ['discord', 'telegram', 'slack'];
/** Profiles that have no room for the tools of plugins. */
const NARROW_PROFILES: ReadonlySet<unknown> = new Set(['minimal', 'coding', 'messaging']);
const ALL_PLUGINS = ['*', 'group:plugins'];

/** Programs of others in the gateway's process (reference cli/doctor.md §2). */
export const pluginChecks: AuditCheck = async (premises) => {
  const { at, paths } = premises;
  const folder = join(paths.stateDir, 'extensions');
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return [];
  const offersSkills = WITH_MENUS.some((channel) =>
    channelAccounts(premises, channel).some((account) => showsCommands(premises, channel, account, 'nativeSkills')),
  );
  return [
    ...when(textsOf(at('plugins.allow')).length === 0, {
      checkId: 'plugins.extensions_no_allowlist',
      severity: offersSkills ? 'critical' : 'warn',
      title: 'Plugins are loaded without a list of allowed ones',
      detail: `${folder} has ${names.length} entries, and plugins.allow is empty.`,
      remediation: 'List the plugins you trust in plugins.allow.',
    }),
    ...reachable(premises),
  ];
};

function reachable({ at }: Premises): readonly AuditFinding[] {
  const list = at('agents.list');
  const common = sectionOf(at('tools'));
  const agents = (Array.isArray(list) ? list : []).map(sectionOf).map(({ id, tools }) => ({
    name: `agents.list(${String(id)})`,
    tools: { ...common, ...sectionOf(tools) },
  }));
  const open = [{ name: 'tools', tools: common }, ...agents].filter(({ tools }) => admitsPlugins(tools));
  return when(open.length > 0, {
    checkId: 'plugins.tools_reachable_permissive_policy',
    severity: 'warn',
    title: 'Tools of plugins can be used by agents that have every tool',
    detail: `No narrow policy in ${open.map(({ name }) => name).join(', ')}.`,
    remediation: 'Set tools.profile to minimal or coding, or list the allowed tools.',
  });
}

function admitsPlugins(tools: Readonly<Record<string, unknown>>): boolean {
  const denied = textsOf(tools.deny);
  if (ALL_PLUGINS.some((name) => denied.includes(name))) return false;
  const allowed = [...textsOf(tools.allow), ...textsOf(tools.alsoAllow)];
  if (allowed.some((name) => ALL_PLUGINS.includes(name))) return true;
  return !NARROW_PROFILES.has(tools.profile) && textsOf(tools.allow).length === 0;
}
