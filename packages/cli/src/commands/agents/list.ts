import { join } from 'node:path';
import { agentConfig, agentDir, agentIds, agentWorkspaceDir, defaultAgentId, normalizeAgentId } from '@chela/config';
import { readIdentityFile } from '@chela/gateway';
import type { CliContext } from '../../context.ts';
import { tildePath } from '../../format.ts';
import { recordAt, textAt } from '../../json-reader.ts';
import { type LoadedConfig, loadConfig, requireValid } from '../../loaded-config.ts';

interface AgentRow {
  readonly id: string;
  readonly name?: string;
  readonly identityName?: string;
  readonly identityEmoji?: string;
  /** Where the identity is from: the configuration, or IDENTITY.md of the workspace. */
  readonly identitySource?: 'config' | 'identity';
  readonly workspace: string;
  readonly agentDir: string;
  readonly model?: string;
  /** How many rules send conversations to it. */
  readonly bindings: number;
  readonly isDefault: boolean;
  readonly routes?: readonly string[];
  readonly bindingDetails?: readonly string[];
}

interface ListFlags {
  readonly json?: boolean;
  readonly bindings?: boolean;
}

/** `agents list` (reference cli/samples/agents-list-json): works without a gateway. */
export async function agentsList(context: CliContext, flags: ListFlags): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const ids = agentIds(loaded.current);
  const rows = await Promise.all(ids.map((id) => agentRow(loaded, id, flags.bindings === true)));
  const { output } = context;
  if (flags.json) return output.json(rows);
  output.line('Agents:');
  for (const line of rows.flatMap((row) => agentLines(row, loaded.paths.homeDir))) output.line(line);
  output.line('Rules say which agent answers a channel, an account or a person; --bindings shows them.');
}

async function agentRow(loaded: LoadedConfig, id: string, withDetails: boolean): Promise<AgentRow> {
  const { current, paths } = loaded;
  const entry = agentConfig(current, id);
  const rules = bindingsOf(current.bindings, id);
  const workspace = agentWorkspaceDir(current, paths, id);
  const name = entry?.name;
  const model = modelName(entry?.model) ?? modelName(current.agents?.defaults?.model);
  const isDefault = id === defaultAgentId(current);
  return {
    id,
    ...(name !== undefined && { name }),
    ...(await identityMembers(entry?.identity, workspace)),
    workspace,
    agentDir: agentDir(current, paths, id),
    ...(model !== undefined && { model }),
    bindings: rules.length,
    isDefault,
    ...(isDefault && rules.length === 0 && { routes: ['default (no explicit rules)'] }),
    ...(withDetails && rules.length > 0 && { bindingDetails: rules.map(ruleText) }),
  };
}

type IdentityMembers = Pick<AgentRow, 'identityName' | 'identityEmoji' | 'identitySource'>;

async function identityMembers(own: unknown, workspace: string): Promise<IdentityMembers> {
  const fromConfig = identityOf(own, 'config');
  if (fromConfig !== undefined) return fromConfig;
  return identityOf(await readIdentityFile(join(workspace, 'IDENTITY.md')), 'identity') ?? {};
}

function identityOf(facts: unknown, identitySource: 'config' | 'identity'): IdentityMembers | undefined {
  const name = textAt(facts, 'name');
  const emoji = textAt(facts, 'emoji');
  if (name === undefined && emoji === undefined) return undefined;
  return {
    ...(name !== undefined && { identityName: name }),
    ...(emoji !== undefined && { identityEmoji: emoji }),
    identitySource,
  };
}

function modelName(model: unknown): string | undefined {
  return typeof model === 'string' ? model : textAt(model, 'primary');
}

function bindingsOf(bindings: unknown, id: string): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(bindings) ? bindings : [];
  return list.filter((rule) => normalizeAgentId(textAt(rule, 'agentId') ?? '') === id);
}

/** `telegram accountId=biz` */
function ruleText(rule: unknown): string {
  const match = recordAt(rule, 'match');
  const peer = recordAt(match, 'peer');
  const kind = textAt(peer, 'kind');
  const words = ['accountId', 'guildId', 'teamId'].flatMap((key) => {
    const value = textAt(match, key);
    return value === undefined ? [] : [`${key}=${value}`];
  });
  const who = kind === undefined ? [] : [`peer=${kind}:${textAt(peer, 'id') ?? '*'}`];
  return [textAt(match, 'channel') ?? '?', ...words, ...who].join(' ');
}

function agentLines(row: AgentRow, homeDir: string): readonly string[] {
  const { id, name, identityName, identityEmoji, identitySource } = row;
  const title = `- ${id}${row.isDefault ? ' (default)' : ''}${name === undefined ? '' : ` (${name})`}`;
  const identity = [identityEmoji, identityName].filter(Boolean).join(' ');
  return [
    title,
    ...(identity === '' ? [] : [`  Identity: ${identity} (${identitySource === 'config' ? 'config' : 'IDENTITY.md'})`]),
    `  Workspace: ${tildePath(row.workspace, homeDir)}`,
    `  Agent dir: ${tildePath(row.agentDir, homeDir)}`,
    ...(row.model === undefined ? [] : [`  Model: ${row.model}`]),
    `  Rules: ${row.bindings}`,
    ...(row.routes ?? []).map((route) => `  Routing: ${route}`),
    ...(row.bindingDetails ?? []).map((rule) => `    - ${rule}`),
  ];
}
