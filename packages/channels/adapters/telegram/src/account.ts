import { type AccountInput, type AccountReading, ChannelError } from '@chela/channels/adapter';
import { stringIn } from './json.ts';
import { readSettings } from './settings.ts';

interface FoundToken {
  readonly token?: string;
  readonly source: 'tokenFile' | 'config' | 'env' | 'none';
}

const DEFAULT_ACCOUNT = 'default';

/** Reads an account from its settings (reference channels/telegram.md §1). The client library is not loaded. */
export async function readAccount(input: AccountInput): Promise<AccountReading> {
  const { token, source } = await findToken(input);
  const settings = readSettings(input.settings, input.env);
  const shown = { tokenSource: source, mode: settings.webhook ? 'webhook' : 'polling' };
  if (token === undefined) return { state: 'unconfigured', reason: 'not configured', shown };
  const { webhook } = settings;
  return {
    state: 'ready',
    identity: token,
    secrets: webhook ? [token, webhook.secret].filter((secret) => secret !== '') : [token],
    shown,
    async connect(port) {
      if (webhook?.secret === '') {
        throw new ChannelError('refused', 'Telegram webhook mode needs channels.telegram.webhookSecret');
      }
      const { connect } = await import('./connection.ts');
      return connect({ token, settings, port });
    },
    async probe(timeoutMs) {
      const { probe } = await import('./status.ts');
      return probe({ token, settings, timeoutMs });
    },
    // The vendor keeps no session of a bot: what a logout forgets is the token.
    logout: async () =>
      source === 'config'
        ? { removeKeys: ['botToken'] }
        : { removeKeys: [], remainsIn: source === 'env' ? 'env' : 'file' },
  };
}

/**
 * The token and where it comes from: the account's own words, then, for the default account alone, the section's and the
 * environment's. A bot has one poller, so no other account takes over the section's token. A file that is named but missing
 * or empty stops the search: a bot must not start under another token than the one its operator meant.
 */
async function findToken({ accountId, own = {}, settings, env, readSecretFile }: AccountInput): Promise<FoundToken> {
  for (const place of accountId === DEFAULT_ACCOUNT ? [own, settings] : [own]) {
    const path = stringIn(place, 'tokenFile')?.trim();
    if (path) {
      const token = (await readSecretFile(path))?.trim();
      return token ? { token, source: 'tokenFile' } : { source: 'none' };
    }
    const token = stringIn(place, 'botToken')?.trim();
    if (token) return { token, source: 'config' };
  }
  const token = accountId === DEFAULT_ACCOUNT ? env.TELEGRAM_BOT_TOKEN?.trim() : undefined;
  return token ? { token, source: 'env' } : { source: 'none' };
}
