/** Where and how people sign in to providers: public addresses and the ids of the providers' own command lines (reference agent/models.md §5.6). */

export interface OAuthProvider {
  readonly id: string;
  readonly tokenUrl: string;
  readonly clientId: ClientId;
  readonly clientSecret?: ClientId;
  readonly bodyFormat: 'form' | 'json';
  readonly login: LoginWay | undefined;
}

/** A fixed id, or the environment variables it is read from, first filled one. */
export type ClientId = string | { readonly env: readonly string[] };

export type LoginWay =
  | {
      /** A browser comes back to a port on this machine. */
      readonly kind: 'callback';
      readonly authorizeUrl: string;
      readonly redirectUrl: string;
      readonly scope: string;
      readonly extra: Readonly<Record<string, string>>;
    }
  | {
      /** A person types a code that is shown here into a page. */
      readonly kind: 'device';
      readonly codeUrl: string;
      readonly scope: string;
      readonly grantType: string;
      /** What the token request calls the code it waits for. */
      readonly codeField: 'device_code' | 'user_code';
      readonly usesPkce: boolean;
    };

const GOOGLE_SCOPE = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/userinfo.profile',
].join(' ');

const google = (id: string, redirectUrl: string, name: string): OAuthProvider => ({
  id,
  tokenUrl: 'https://oauth2.googleapis.com/token',
  // Google's ids belong to an installed program; people name the one they use.
  clientId: { env: [`OPENCLAW_${name}_OAUTH_CLIENT_ID`, `${name}_CLI_OAUTH_CLIENT_ID`] },
  clientSecret: { env: [`OPENCLAW_${name}_OAUTH_CLIENT_SECRET`, `${name}_CLI_OAUTH_CLIENT_SECRET`] },
  bodyFormat: 'form',
  login: {
    kind: 'callback',
    authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    redirectUrl,
    scope: GOOGLE_SCOPE,
    extra: { access_type: 'offline', prompt: 'consent' },
  },
});

export const OAUTH_PROVIDERS: readonly OAuthProvider[] = [
  {
    id: 'anthropic',
    tokenUrl: 'https://console.anthropic.com/v1/oauth/token',
    clientId: '9d1c250a-e61b-44d9-88ed-5944d1962f5e',
    bodyFormat: 'json',
    // People sign in with the provider's own command line and paste its token.
    login: undefined,
  },
  {
    id: 'openai-codex',
    tokenUrl: 'https://auth.openai.com/oauth/token',
    clientId: 'app_EMoamEEZ73f0CkXaXp7hrann',
    bodyFormat: 'form',
    login: {
      kind: 'callback',
      authorizeUrl: 'https://auth.openai.com/oauth/authorize',
      redirectUrl: 'http://localhost:1455/auth/callback',
      scope: 'openid profile email offline_access',
      extra: { id_token_add_organizations: 'true', codex_cli_simplified_flow: 'true' },
    },
  },
  {
    id: 'chutes',
    tokenUrl: 'https://api.chutes.ai/idp/token',
    clientId: { env: ['CHUTES_CLIENT_ID'] },
    clientSecret: { env: ['CHUTES_CLIENT_SECRET'] },
    bodyFormat: 'form',
    login: {
      kind: 'callback',
      authorizeUrl: 'https://api.chutes.ai/idp/authorize',
      redirectUrl: 'http://127.0.0.1:1456/oauth-callback',
      scope: 'openid profile chutes:invoke',
      extra: {},
    },
  },
  {
    id: 'qwen-portal',
    tokenUrl: 'https://chat.qwen.ai/api/v1/oauth2/token',
    clientId: 'f0304373b74a44d2b584a3fb70ca9e98',
    bodyFormat: 'form',
    login: {
      kind: 'device',
      codeUrl: 'https://chat.qwen.ai/api/v1/oauth2/device/code',
      scope: 'openid profile email model.completion',
      grantType: 'urn:ietf:params:oauth:grant-type:device_code',
      codeField: 'device_code',
      usesPkce: true,
    },
  },
  {
    id: 'minimax-portal',
    tokenUrl: 'https://api.minimax.io/oauth/token',
    clientId: '78257093-7e40-4613-99e0-527b14b39113',
    bodyFormat: 'form',
    login: {
      kind: 'device',
      codeUrl: 'https://api.minimax.io/oauth/code',
      scope: 'group_id profile model.completion',
      grantType: 'urn:ietf:params:oauth:grant-type:user_code',
      codeField: 'user_code',
      usesPkce: true,
    },
  },
  google('google-gemini-cli', 'http://localhost:8085/oauth2callback', 'GEMINI'),
  google('google-antigravity', 'http://localhost:51121/oauth-callback', 'ANTIGRAVITY'),
  {
    id: 'github-copilot',
    tokenUrl: 'https://github.com/login/oauth/access_token',
    clientId: 'Iv1.b507a08c87ecfe98',
    bodyFormat: 'form',
    login: {
      kind: 'device',
      codeUrl: 'https://github.com/login/device/code',
      scope: 'read:user',
      grantType: 'urn:ietf:params:oauth:grant-type:device_code',
      codeField: 'device_code',
      usesPkce: false,
    },
  },
];

export function oauthProvider(id: string): OAuthProvider | undefined {
  return OAUTH_PROVIDERS.find((provider) => provider.id === id);
}
