import { randomUUID } from 'node:crypto';
import type { ChannelAdapter, Channels } from '@chela/channels';
import { invalidRequest, unavailable } from '@chela/protocol';
import { knownChannels } from '../known-channels.ts';
import type { GatewayServices, MethodDefinition, MethodFamily } from '../method.ts';
import { ownMethod } from './own-method.ts';
import { isRecord } from './record.ts';

type Params = Readonly<Record<string, unknown>>;

const DIRECTORY_KINDS = ['self', 'peers', 'groups', 'members'] as const;
const DIRECTORY_LIMIT = 50;
const DIRECTORY_LIMIT_MAX = 500;

/** What the command line and the page ask of channels beyond the contract: setting up, directory, actions of the message tool. */
export const channelDeskMethods: MethodFamily = (services) => [
  ownMethod({ name: 'channels.catalog', scope: 'read', handle: () => catalog(services) }),
  ownMethod({ name: 'channels.setup', scope: 'admin', handle: (params) => setUp(services, params) }),
  ownMethod({ name: 'channels.enable', scope: 'admin', handle: (params) => enable(services, params) }),
  ownMethod({ name: 'channels.directory', scope: 'read', handle: (params) => directory(services, params) }),
  actMethod(services),
];

/** Every channel of this machine with what an account of it is asked for. */
async function catalog(services: GatewayServices): Promise<unknown> {
  const known = await knownChannels(services);
  return {
    channels: known.map(({ id, label, detailLabel, blurb, login, setup }) => {
      return { id, label, detailLabel, blurb, login, setup };
    }),
  };
}

/** Writes an account into the configuration; the channel connects by itself. */
async function setUp(services: GatewayServices, params: Params): Promise<unknown> {
  const { setupEdits } = await import('@chela/channels');
  const { facts } = await adapterOf(services, params);
  const accountId = await accountIdOf(params);
  const values = isRecord(params.values) ? params.values : {};
  const setup = setupEdits(facts, accountId, {
    flags: {},
    values,
    pairs: [],
    useEnv: params.useEnv === true,
    name: textOf(params.name),
  });
  if ('problem' in setup) throw invalidRequest(setup.problem);
  await edit(services, setup.edits);
  return { ok: true, channel: facts.id, accountId };
}

async function enable(services: GatewayServices, params: Params): Promise<unknown> {
  const { accountPath } = await import('@chela/channels');
  const { facts } = await adapterOf(services, params);
  if (typeof params.enabled !== 'boolean') throw invalidRequest('enabled must be true or false');
  const accountId = await accountIdOf(params);
  await edit(services, [{ path: [...accountPath(facts.id, accountId), 'enabled'], value: params.enabled }]);
  return { ok: true, channel: facts.id, accountId, enabled: params.enabled };
}

/** People and groups, as far as the vendor tells. */
async function directory(services: GatewayServices, params: Params): Promise<unknown> {
  const kind = DIRECTORY_KINDS.find((known) => known === params.kind);
  if (kind === undefined) throw invalidRequest(`kind must be one of ${DIRECTORY_KINDS.join(', ')}`);
  const { channels, adapter } = configured(services, params);
  const { id, label } = adapter.facts;
  const account = { channel: id, accountId: textOf(params.accountId) ?? channels.defaultAccount(id) };
  const connection = channels.connections.get(account);
  if (connection === undefined) throw unavailable(`${label} account "${account.accountId}" is not connected`);
  const text = textOf(params.query);
  const groupId = textOf(params.groupId);
  const limit = typeof params.limit === 'number' ? Math.trunc(params.limit) : DIRECTORY_LIMIT;
  const entries = await connection.directory?.(kind, {
    limit: Math.min(Math.max(1, limit), DIRECTORY_LIMIT_MAX),
    ...(text !== undefined && { text }),
    ...(groupId !== undefined && { groupId }),
  });
  return { entries: entries ?? [] };
}

/** An action of the message tool, asked for by an operator: `{action, channel, dryRun, handledBy, payload}` (reference cli/cli.md §5). */
function actMethod(services: GatewayServices): MethodDefinition {
  return ownMethod({
    name: 'channels.act',
    scope: 'write',
    async handle(params) {
      const channels = services.channels();
      const action = textOf(params.action);
      if (action === undefined) throw invalidRequest('action must be a text');
      if (channels === undefined) throw invalidRequest('Channel is required (no configured channels detected).');
      const channel = textOf(params.channel);
      const accountId = textOf(params.accountId);
      const dryRun = params.dryRun === true;
      const given = {
        ...(isRecord(params.params) ? params.params : {}),
        ...(channel !== undefined && { channel }),
        ...(accountId !== undefined && { accountId }),
        ...(dryRun && { dryRun }),
      };
      const payload = await channels.messages
        .perform({
          action,
          params: given,
          origin: undefined,
          agentId: '',
          sessionKey: '',
          runId: 'operator',
          callId: textOf(params.idempotencyKey) ?? randomUUID(),
          signal: AbortSignal.timeout(ACT_TIMEOUT_MS),
        })
        .catch((error: unknown) => {
          throw invalidRequest(error instanceof Error ? error.message : String(error));
        });
      const used = channel ?? onlyChannel(channels);
      const adapter = used === undefined ? undefined : channels.find(used);
      return {
        action,
        channel: adapter?.facts.id ?? used ?? '',
        ...(adapter !== undefined && { channelLabel: adapter.facts.label }),
        dryRun,
        handledBy: handlerOf(action, dryRun, adapter),
        payload,
      };
    },
  });
}

/** Which part of the original answers, as scripts know it: a channel's own actions come from its plugin. */
function handlerOf(action: string, isDry: boolean, adapter: ChannelAdapter | undefined): 'core' | 'plugin' | 'dry-run' {
  if (action === 'broadcast') return 'core';
  if (action !== 'send' && action !== 'poll') return isDry ? 'dry-run' : 'plugin';
  return !isDry && adapter?.facts.results?.form !== undefined ? 'plugin' : 'core';
}

const ACT_TIMEOUT_MS = 110_000;

function onlyChannel(channels: Channels): string | undefined {
  const ids = channels.ids();
  return ids.length === 1 ? ids[0] : undefined;
}

async function edit(
  { editor, config }: GatewayServices,
  edits: readonly { readonly path: readonly string[]; readonly value: unknown }[],
): Promise<void> {
  await editor.edit(edits);
  await config.reload();
}

/** A channel of this machine, configured or not. */
async function adapterOf({ channels }: GatewayServices, { channel }: Params): Promise<ChannelAdapter> {
  const { adapterFolders, createAdapterCatalog } = await import('@chela/channels');
  const name = textOf(channel) ?? '';
  const known = channels()?.catalog ?? (await createAdapterCatalog(adapterFolders(process.env)));
  const adapter = name === '' ? undefined : await known.load(name).catch(() => undefined);
  if (adapter === undefined) throw invalidRequest(`Unknown channel: ${name}`);
  return adapter;
}

function configured(
  services: GatewayServices,
  { channel }: Params,
): { readonly channels: Channels; readonly adapter: ChannelAdapter } {
  const channels = services.channels();
  const name = textOf(channel) ?? (channels && onlyChannel(channels)) ?? '';
  const adapter = channels?.find(name);
  if (channels === undefined || adapter === undefined) throw invalidRequest(`Unknown channel: ${name}`);
  return { channels, adapter };
}

async function accountIdOf({ accountId }: Params): Promise<string> {
  const { normalizeAccountId } = await import('@chela/agent');
  return normalizeAccountId(textOf(accountId));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
