import { normalizeProvider } from '@chela/models';
import { editConfig } from '../commands/config.ts';
import { type CliContext, CliFailure } from '../context.ts';
import { chooseModel } from './choose.ts';
import { type ModelDesk, openModelDesk } from './model-desk.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const SETUP_TOKEN_PREFIX = 'sk-ant-oat01-';
const SETUP_TOKEN_MIN_CHARS = 80;
/** The model a provider is used with after a sign-in with `--set-default`. */
const FIRST_MODEL: Readonly<Record<string, string>> = {
  'openai-codex': 'openai-codex/gpt-5.3-codex',
  'github-copilot': 'github-copilot/gpt-4o',
  'qwen-portal': 'qwen-portal/coder-model',
  'minimax-portal': 'minimax-portal/MiniMax-M2.5',
  'google-gemini-cli': 'google-gemini-cli/gemini-3-pro-preview',
};

interface NewProfile {
  readonly profileId: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

/** Stores a profile and names it in `auth.profiles`, so that it is used. */
async function keep(context: CliContext, desk: ModelDesk, { profileId, entry }: NewProfile): Promise<void> {
  await desk.auth.store(desk.agentId, { profileId, entry });
  const { provider, type, email } = entry;
  const value = { provider, mode: type, ...(typeof email === 'string' ? { email } : {}) };
  await editConfig(context, [{ path: ['auth', 'profiles', profileId], value }]);
  context.output.line(`Updated ${desk.tilde(desk.loaded.snapshot.path)}`);
  context.output.line(`Auth profile: ${profileId} (${String(provider)}/${String(type)})`);
}

async function askToken(context: CliContext, question: string): Promise<string> {
  const token = (await context.prompt.ask(question)).trim();
  if (token === '') throw new CliFailure(['Error: Required']);
  return token;
}

/** `models auth paste-token`. */
export async function authPasteToken(
  context: CliContext,
  agent: string | undefined,
  flags: { readonly provider: string; readonly profileId?: string; readonly expiresIn?: string },
): Promise<void> {
  const desk = await openModelDesk(context, agent);
  const provider = normalizeProvider(flags.provider);
  if (provider === '') throw new CliFailure(['Error: Missing --provider.']);
  const lifetimeMs = flags.expiresIn === undefined ? undefined : durationMs(flags.expiresIn);
  const token = checkedToken(provider, await askToken(context, `Paste the token for ${provider}: `));
  const expires = lifetimeMs === undefined ? {} : { expires: context.now() + lifetimeMs };
  const profileId = flags.profileId?.trim() || `${provider}:manual`;
  await keep(context, desk, { profileId, entry: { type: 'token', provider, token, ...expires } });
}

/** `models auth setup-token`: the token that `claude setup-token` prints. */
export async function authSetupToken(
  context: CliContext,
  agent: string | undefined,
  flags: { readonly provider: string },
): Promise<void> {
  const provider = normalizeProvider(flags.provider);
  if (provider !== 'anthropic') {
    throw new CliFailure(['Error: Only --provider anthropic is supported for setup-token.']);
  }
  const desk = await openModelDesk(context, agent);
  context.output.line('Run `claude setup-token` on any machine; it prints a token.');
  const token = checkedToken(provider, await askToken(context, 'Paste it here: '));
  await keep(context, desk, { profileId: 'anthropic:default', entry: { type: 'token', provider, token } });
}

/** `models auth add`: a key or a token of any provider. */
export async function authAdd(context: CliContext, agent: string | undefined): Promise<void> {
  const desk = await openModelDesk(context, agent);
  const provider = normalizeProvider(await askToken(context, 'Provider id (for example openai): '));
  const kind = (await context.prompt.ask('API key or token? [key] ')).trim().toLowerCase();
  const secret = await askToken(context, `${provider} ${kind === 'token' ? 'token' : 'API key'}: `);
  const entry =
    kind === 'token' ? { type: 'token', provider, token: secret } : { type: 'api_key', provider, key: secret };
  await keep(context, desk, { profileId: `${provider}:${kind === 'token' ? 'manual' : 'default'}`, entry });
}

/** `models auth login`, `models auth login-github-copilot`. */
export async function authLogin(
  context: CliContext,
  agent: string | undefined,
  flags: { readonly provider?: string; readonly profileId?: string; readonly setDefault?: boolean },
): Promise<void> {
  const desk = await openModelDesk(context, agent);
  const provider = normalizeProvider(flags.provider ?? (await askToken(context, 'Provider id: ')));
  const login = await desk.auth.signIn(provider, {
    async show(url, code) {
      context.output.line(`Open this address to sign in to ${provider}:`);
      context.output.line(url);
      if (code !== undefined) context.output.line(`and type this code: ${code}`);
    },
    pasted: () => context.prompt.ask('If the browser cannot come back, paste the address it ended at: '),
  });
  await keep(context, desk, { ...login, profileId: flags.profileId?.trim() || login.profileId });
  const model = FIRST_MODEL[provider];
  if (flags.setDefault && model !== undefined) await chooseModel(context, 'model', model);
}

/** Tokens of Anthropic's command line are easily cut when copied. */
function checkedToken(provider: string, token: string): string {
  const isSetupToken = provider === 'anthropic' && token.startsWith('sk-ant-oat');
  if (isSetupToken && (!token.startsWith(SETUP_TOKEN_PREFIX) || token.length < SETUP_TOKEN_MIN_CHARS)) {
    throw new CliFailure(['Error: Token looks too short; paste the full setup-token']);
  }
  return token;
}

/** `365d`, `12h`, `30m`; a bare number means days. */
function durationMs(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/i.exec(text);
  const unit = UNIT_MS[(match?.[2] ?? 'd').toLowerCase()];
  if (match === null || unit === undefined) throw new CliFailure([`Error: invalid duration: ${text}`]);
  return Math.round(Number(match[1]) * unit);
}
