import type { Config } from '@chela/config';

export type AuthMode = 'none' | 'token' | 'password' | 'trusted-proxy';

/** Secrets from the command line and the environment: flags win over the configuration, the environment fills gaps. */
export interface AuthSources {
  readonly flags?: {
    readonly mode?: string;
    readonly token?: string;
    readonly password?: string;
    readonly tailscale?: string;
  };
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How the gateway authenticates right now (reference protocol/protocol.md §2.4). */
export interface GatewayAuth {
  readonly mode: AuthMode;
  readonly token: string | undefined;
  readonly password: string | undefined;
  /** Whether people whom `tailscale serve` vouches for need no secret. */
  readonly allowTailscale: boolean;
  readonly trustedProxy: {
    readonly userHeader: string;
    readonly requiredHeaders: readonly string[];
    readonly allowUsers: readonly string[];
  };
}

const MODES: readonly AuthMode[] = ['token', 'password', 'trusted-proxy'];

const firstText = (...values: (string | undefined)[]): string | undefined => values.find((value) => value?.trim());

export function resolveAuth(config: Config, { flags, env = {} }: AuthSources): GatewayAuth {
  const auth = config.gateway?.auth;
  const token = firstText(flags?.token, auth?.token, env.OPENCLAW_GATEWAY_TOKEN, env.CLAWDBOT_GATEWAY_TOKEN);
  const password = firstText(
    flags?.password,
    auth?.password,
    env.OPENCLAW_GATEWAY_PASSWORD,
    env.CLAWDBOT_GATEWAY_PASSWORD,
  );
  const asked = MODES.find((mode) => mode === (flags?.mode ?? auth?.mode));
  const mode = asked ?? (password ? 'password' : token ? 'token' : 'none');
  const serves = (flags?.tailscale ?? config.gateway?.tailscale?.mode) === 'serve';
  return {
    mode,
    token,
    password,
    allowTailscale: auth?.allowTailscale ?? (serves && mode !== 'password' && mode !== 'trusted-proxy'),
    trustedProxy: {
      userHeader: auth?.trustedProxy?.userHeader ?? '',
      requiredHeaders: auth?.trustedProxy?.requiredHeaders ?? [],
      allowUsers: auth?.trustedProxy?.allowUsers ?? [],
    },
  };
}
