import type { Config } from '@chela/config';
import type { Clock } from '@chela/observability';
import type { HttpGate } from '../auth/bearer.ts';
import { createRateLimiter } from '../auth/rate-limiter.ts';
import { type AuthSources, resolveAuth } from '../auth/resolve-auth.ts';
import type { TailscaleMode } from '../tailscale/exposure.ts';
import { createTailscaleCheck } from '../tailscale/identity.ts';
import { createTailscaleCli, type TailscaleCli } from '../tailscale/tailscale-cli.ts';
import { createTailscaleWhois } from '../tailscale/whois.ts';

/** Who may come in, read from the configuration in force at each decision. */
export interface Access extends HttpGate {
  readonly trustedProxies: () => readonly string[];
  readonly tailscaleMode: () => TailscaleMode;
  readonly tailscaleCli: TailscaleCli;
}

const TAILSCALE_MODES: readonly TailscaleMode[] = ['off', 'serve', 'funnel'];

export function createAccess(deps: {
  readonly config: () => Config;
  readonly sources: AuthSources;
  readonly clock: Clock;
}): Access {
  const { config, sources, clock } = deps;
  const auth = () => resolveAuth(config(), sources);
  const allowedOrigins = (): readonly string[] => config().gateway?.controlUi?.allowedOrigins ?? [];
  const tailscaleCli = createTailscaleCli(sources.env ?? {});
  const whois = createTailscaleWhois({ cli: tailscaleCli, clock });
  return {
    auth,
    allowedOrigins,
    limiter: createRateLimiter({ clock, settings: () => config().gateway?.auth?.rateLimit }),
    tailscale: createTailscaleCheck({ auth, whois, allowedOrigins }),
    trustedProxies: () => config().gateway?.trustedProxies ?? [],
    tailscaleMode() {
      const asked = sources.flags?.tailscale ?? config().gateway?.tailscale?.mode;
      return TAILSCALE_MODES.find((mode) => mode === asked) ?? 'off';
    },
    tailscaleCli,
  };
}
