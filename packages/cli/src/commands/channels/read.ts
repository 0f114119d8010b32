import type { ChannelAdapter, ChannelFacts } from '@chela/channels';
import { snapshotLines } from '../../channels/account-line.ts';
import { type ChannelDesk, openChannelDesk } from '../../channels/channel-desk.ts';
import type { CliContext } from '../../context.ts';
import { callGateway, GatewayCallError } from '../../gateway-call.ts';
import { resolveTarget } from '../../gateway-target.ts';
import { arrayAt, textAt } from '../../json-reader.ts';
import { openModelDesk } from '../../models/model-desk.ts';
import { numberFlag } from '../../number-flag.ts';
import type { AccountFlags } from './change.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

/** `channels list`: configured accounts and logins of model providers (reference cli/samples/channels-list-json). */
export async function channelsList(context: CliContext, flags: { readonly json?: boolean }): Promise<void> {
  const [desk, models] = await Promise.all([openChannelDesk(context), openModelDesk(context, undefined)]);
  const { profiles } = await models.auth.overview(models.agentId);
  const auth = profiles.map(({ id, provider, type }) => ({ id, provider, type, isExternal: false }));
  const { output } = context;
  if (flags.json) {
    const chat = Object.fromEntries(desk.named.map((id) => [id, desk.accounts(id)]));
    return output.json({ chat, auth });
  }
  output.line('Chat channels:');
  const accounts = await configuredLines(desk);
  for (const line of accounts.length === 0 ? ['- none'] : accounts) output.line(line);
  output.line('');
  output.line('Logins of model providers:');
  const logins = auth.map(({ id, type }) => `- ${id} (${type})`);
  for (const line of logins.length === 0 ? ['- none'] : logins) output.line(line);
}

/** What the configuration alone says, also of channels that have no adapter on this machine. */
async function configuredLines(desk: ChannelDesk): Promise<readonly string[]> {
  const adapters = await desk.configured();
  const known = await Promise.all(adapters.map((adapter) => accountLines(desk, adapter)));
  const missing = desk.named.filter((id) => !adapters.some(({ facts }) => facts.id === id));
  const lines = missing.flatMap((id) => desk.accounts(id).map((name) => `- ${id} ${name}: no adapter on this machine`));
  return [...known.flat(), ...lines];
}

async function accountLines(desk: ChannelDesk, adapter: ChannelAdapter): Promise<readonly string[]> {
  const { id, label } = adapter.facts;
  const lines = desk.accounts(id).map(async (accountId) => {
    const { name } = desk.settings(id, accountId);
    const reading = await desk.read(adapter, accountId);
    const { tokenSource, mode } = reading.shown;
    const facts = [
      reading.state === 'ready' ? 'configured' : 'not configured',
      ...(typeof mode === 'string' ? [`mode:${mode}`] : []),
      ...(typeof tokenSource === 'string' ? [`token:${tokenSource}`] : []),
      desk.isEnabled(id, accountId) ? 'enabled' : 'disabled',
    ];
    return `- ${label} ${accountId}${typeof name === 'string' ? ` (${name})` : ''}: ${facts.join(', ')}`;
  });
  return Promise.all(lines);
}

interface StatusFlags {
  readonly json?: boolean;
  readonly probe?: boolean;
  readonly timeout: string;
}

/**
 * `channels status`: what the gateway's channels do. Without a gateway the configured ones are shown, which is no
 * failure; as text with `--json` too, as scripts know it (reference cli/cli.md §3).
 */
export async function channelsStatus(context: CliContext, flags: StatusFlags): Promise<void> {
  const desk = await openChannelDesk(context);
  const { output } = context;
  if (!flags.json) output.line('Asking the gateway…');
  const timeoutMs = numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS);
  try {
    const target = resolveTarget(context, desk.loaded, {});
    const params = { probe: flags.probe === true, timeoutMs };
    const answer = await callGateway(context, target, 'channels.status', params, { timeoutMs });
    if (flags.json) return output.json(answer);
    output.line('Gateway reachable.');
    const lines = snapshotLines(answer, context.now());
    for (const line of lines.length === 0 ? nothingSetUp(context) : lines) output.line(line);
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    output.errorLine(`Gateway not reachable: Error: ${error.message}`);
    for (const line of error.detailLines) output.errorLine(line);
    output.line('Gateway not reachable; showing config-only status.');
    output.line(`Config: ${desk.loaded.snapshot.path}`);
    output.line(`Mode: ${desk.loaded.current.gateway?.mode ?? 'local'}`);
    output.line('');
    const lines = await configuredLines(desk);
    for (const line of lines.length === 0 ? nothingSetUp(context) : lines) output.line(line);
  }
}

const nothingSetUp = ({ invokedAs }: CliContext): readonly string[] => [
  `No channels are set up; \`${invokedAs} channels add --channel <name>\` sets one up.`,
];

/** `channels capabilities`: what each account can do, and whether its vendor lets it in; works without a gateway. */
export async function channelsCapabilities(
  context: CliContext,
  flags: AccountFlags & { readonly timeout: string; readonly json?: boolean },
): Promise<void> {
  const desk = await openChannelDesk(context);
  const timeoutMs = numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS);
  const isOne = flags.channel !== undefined && flags.channel !== 'all';
  const adapters = isOne ? [await desk.adapter(flags.channel ?? '')] : await desk.configured();
  const reports = adapters.flatMap((adapter) =>
    desk
      .accounts(adapter.facts.id)
      .filter((accountId) => flags.account === undefined || accountId === flags.account)
      .map((accountId) => capabilityReport(desk, adapter, accountId, timeoutMs)),
  );
  const channels = await Promise.all(reports);
  const { output } = context;
  if (flags.json) return output.json({ channels });
  if (channels.length === 0) output.line('No channels are set up.');
  for (const { channel, accountId, support, actions, probe } of channels) {
    output.line(`${channel} ${accountId}`);
    const { chatTypes, ...features } = support;
    output.line(`  chats: ${chatTypes.join(', ')}`);
    output.line(`  can: ${Object.keys(features).join(', ') || 'send text'}`);
    output.line(`  actions: ${actions.join(', ')}`);
    if (probe !== undefined)
      output.line(`  login: ${probe.ok ? 'works' : `fails: ${String(probe.error ?? 'unknown')}`}`);
  }
}

async function capabilityReport(desk: ChannelDesk, adapter: ChannelAdapter, accountId: string, timeoutMs: number) {
  const { facts } = adapter;
  const settings = desk.settings(facts.id, accountId);
  const reading = await desk.read(adapter, accountId);
  const probe = reading.state === 'ready' ? await reading.probe?.(timeoutMs) : undefined;
  return {
    channel: facts.id,
    accountId,
    ...(typeof settings.name === 'string' && { accountName: settings.name }),
    configured: reading.state === 'ready',
    enabled: desk.isEnabled(facts.id, accountId),
    support: { chatTypes: facts.chatTypes, ...Object.fromEntries(featuresOf(facts).map((name) => [name, true])) },
    ...(probe !== undefined && { probe }),
    actions: [
      ...new Set(['send', 'broadcast', ...facts.actions.filter(({ isOpen }) => isOpen).map(({ name }) => name)]),
    ],
  };
}

/** Features that scripts do not know. */
const OWN_FEATURES: readonly string[] = ['typing', 'draftStreaming', 'buttons'];

/** Names of the features that are there, as scripts know them (reference cli/samples/channels-capabilities-json). */
function featuresOf({ can }: ChannelFacts): readonly string[] {
  return Object.entries(can).flatMap(([name, value]) => (value && !OWN_FEATURES.includes(name) ? [name] : []));
}

/** `channels resolve`: what targets mean to a channel; names are asked of the gateway's directory. */
export async function channelsResolve(
  context: CliContext,
  entries: readonly string[],
  flags: AccountFlags & { readonly kind: string; readonly json?: boolean },
): Promise<void> {
  const desk = await openChannelDesk(context);
  const { facts, targets } = await desk.chosen(flags.channel, () => 'Channel is required. Use --channel <name>.');
  const results = await Promise.all(
    entries.map(async (input) => {
      const address = targets.looksLikeId(input) ? targets.read(input) : undefined;
      if (address !== undefined) return { input, resolved: true, id: address.to };
      return { input, ...(await askDirectory(context, desk, facts.id, input, flags)) };
    }),
  );
  if (flags.json) return context.output.json(results);
  for (const result of results) {
    const found = result.resolved
      ? `${result.id}${'name' in result && result.name ? ` (${result.name})` : ''}`
      : `not found${'note' in result && result.note ? `: ${result.note}` : ''}`;
    context.output.line(`${result.input} → ${found}`);
  }
}

async function askDirectory(
  context: CliContext,
  { loaded }: ChannelDesk,
  channel: string,
  input: string,
  flags: AccountFlags & { readonly kind: string },
): Promise<{ readonly resolved: boolean; readonly id?: string; readonly name?: string; readonly note?: string }> {
  const kinds = flags.kind === 'user' ? ['peers'] : flags.kind === 'group' ? ['groups'] : ['peers', 'groups'];
  const text = input.replace(/^[@#]/, '').toLowerCase();
  try {
    for (const kind of kinds) {
      const account = flags.account === undefined ? {} : { accountId: flags.account };
      const request = { channel, kind, query: text, limit: 20, ...account };
      const answer = await callGateway(context, resolveTarget(context, loaded, {}), 'channels.directory', request, {
        timeoutMs: DEFAULT_TIMEOUT_MS,
      });
      const found = arrayAt(answer, 'entries').find((entry) =>
        [textAt(entry, 'name'), textAt(entry, 'handle')].some(
          (name) => name?.replace(/^[@#]/, '').toLowerCase() === text,
        ),
      );
      const id = textAt(found, 'id');
      const name = textAt(found, 'name');
      if (id !== undefined) return { resolved: true, id, ...(name !== undefined && { name }) };
    }
    return { resolved: false, note: `no id of ${channel}, and no name that it knows` };
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    return { resolved: false, note: error.message };
  }
}

export interface DirectoryFlags extends AccountFlags {
  readonly query?: string;
  readonly limit?: string;
  readonly groupId?: string;
  readonly json?: boolean;
}

const DIRECTORY_LIMIT = 50;

/** `directory …`: people and groups, as far as a service tells; the gateway asks over its connection. */
export async function directory(
  context: CliContext,
  kind: 'self' | 'peers' | 'groups' | 'members',
  flags: DirectoryFlags,
): Promise<void> {
  const desk = await openChannelDesk(context);
  const { facts } = await desk.chosen(flags.channel, (ids) => {
    const many = ids.length > 1 ? ` when multiple channels are configured: ${ids.join(', ')}` : '';
    return `Error: Channel is required${many}`;
  });
  const request = {
    channel: facts.id,
    kind,
    limit: numberFlag(flags.limit, DIRECTORY_LIMIT),
    ...(flags.account !== undefined && { accountId: flags.account }),
    ...(flags.query !== undefined && { query: flags.query }),
    ...(flags.groupId !== undefined && { groupId: flags.groupId }),
  };
  const answer = await callGateway(context, resolveTarget(context, desk.loaded, {}), 'channels.directory', request, {
    timeoutMs: DEFAULT_TIMEOUT_MS,
  });
  const entries = arrayAt(answer, 'entries');
  const { output } = context;
  if (flags.json) return output.json(kind === 'self' ? (entries[0] ?? null) : entries);
  if (entries.length === 0) output.line(kind === 'self' ? 'The service does not say who we are.' : 'Nobody found.');
  for (const entry of entries) {
    const id = textAt(entry, 'id') ?? '';
    const names = [textAt(entry, 'name'), textAt(entry, 'handle')].filter((name) => name !== undefined && name !== id);
    output.line(`${id}\t${names.join(' ')}`.trimEnd());
  }
}
