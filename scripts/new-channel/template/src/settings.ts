import type { AccountInput } from '@chela/channels/adapter';

/** What an account needs, read from its merged section and the environment. */
export interface AccountSettings {
  readonly apiRoot: string;
  readonly token: string;
}

const DEFAULT_API_ROOT = 'https://api.newchannel.example';
/** For tests alone: where the vendor is. */
const API_ROOT_VARIABLE = 'CHELA_NEWCHANNEL_API_ROOT';

/** Reads an account; a text says what is missing. Variables count for the account `default` alone. */
export async function readSettings(input: AccountInput): Promise<AccountSettings | string> {
  const { accountId, settings, env, readSecretFile } = input;
  const file = text(settings.tokenFile);
  // A file that is named but missing stops the search: nobody starts under another token than the one that was meant.
  const configured = file === undefined ? text(settings.token) : await readSecretFile(file);
  const fromEnv = file === undefined && accountId === 'default' ? text(env.NEWCHANNEL_TOKEN) : undefined;
  const token = configured ?? fromEnv;
  if (token === undefined) return 'token is required';
  return { token, apiRoot: (env[API_ROOT_VARIABLE] ?? DEFAULT_API_ROOT).replace(/\/+$/, '') };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
