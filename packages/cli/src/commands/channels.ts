import type { CliContext } from '../context.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { resolveTarget } from '../gateway-target.ts';
import { arrayAt, flagAt, recordAt, textAt } from '../json-reader.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';
import { openModelDesk } from '../models/model-desk.ts';
import { numberFlag } from '../number-flag.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_ACCOUNT = 'default';
/** Members of `channels` that are no channel. */
const SHARED_KEYS = ['defaults', 'modelByChannel'];

/** Configured channels with their accounts. Works without a gateway. */
function configuredChannels({ current }: LoadedConfig): Readonly<Record<string, readonly string[]>> {
  const channels = recordAt(current, 'channels');
  const ids = Object.keys(channels).filter((id) => !SHARED_KEYS.includes(id));
  return Object.fromEntries(
    ids.map((id) => {
      const accounts = Object.keys(recordAt(channels[id], 'accounts'));
      return [id, accounts.length === 0 ? [DEFAULT_ACCOUNT] : accounts.toSorted()];
    }),
  );
}

interface ListFlags {
  readonly json?: boolean;
}

/** `channels list`: configured accounts and logins of model providers (reference cli/samples/channels-list-json). */
export async function channelsList(context: CliContext, flags: ListFlags): Promise<void> {
  const desk = await openModelDesk(context, undefined);
  const chat = configuredChannels(desk.loaded);
  const { profiles } = await desk.auth.overview(desk.agentId);
  const auth = profiles.map(({ id, provider, type }) => ({ id, provider, type, isExternal: false }));
  const { output } = context;
  if (flags.json) return output.json({ chat, auth });
  output.line('Chat channels:');
  const accounts = Object.entries(chat).flatMap(([id, names]) => names.map((name) => `- ${id} ${name}`));
  for (const line of accounts.length === 0 ? ['- none'] : accounts) output.line(line);
  output.line('');
  output.line('Logins of model providers:');
  const logins = auth.map(({ id, type }) => `- ${id} (${type})`);
  for (const line of logins.length === 0 ? ['- none'] : logins) output.line(line);
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
  const loaded = await loadConfig(context);
  const { output } = context;
  if (!flags.json) output.line('Asking the gateway…');
  const timeoutMs = numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS);
  try {
    const target = resolveTarget(context, loaded, {});
    const params = { probe: flags.probe === true, timeoutMs };
    const answer = await callGateway(context, target, 'channels.status', params, { timeoutMs });
    if (flags.json) return output.json(answer);
    output.line('Gateway reachable.');
    for (const line of accountLines(answer)) output.line(line);
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    output.errorLine(`Gateway not reachable: Error: ${error.message}`);
    for (const line of error.detailLines) output.errorLine(line);
    output.line('Gateway not reachable; showing config-only status.');
    output.line(`Config: ${loaded.snapshot.path}`);
    output.line(`Mode: ${loaded.current.gateway?.mode ?? 'local'}`);
    output.line('');
    for (const [id, names] of Object.entries(configuredChannels(loaded))) {
      for (const name of names) output.line(`- ${id} ${name}`);
    }
  }
}

function accountLines(answer: unknown): readonly string[] {
  const labels = recordAt(answer, 'channelLabels');
  const accounts = recordAt(answer, 'channelAccounts');
  return arrayAt(answer, 'channelOrder')
    .map(String)
    .flatMap((id) =>
      arrayAt(accounts, id).map((account) => {
        const name = textAt(account, 'name');
        const title = `${textAt(labels, id) ?? id} ${textAt(account, 'accountId') ?? DEFAULT_ACCOUNT}`;
        const error = textAt(account, 'lastError');
        const facts = [
          flagAt(account, 'enabled') ? 'enabled' : 'disabled',
          flagAt(account, 'configured') ? 'configured' : 'not configured',
          flagAt(account, 'running') ? 'running' : 'stopped',
          ...(error === undefined ? [] : [`error: ${error}`]),
        ];
        return `- ${title}${name === undefined ? '' : ` (${name})`}: ${facts.join(', ')}`;
      }),
    );
}
