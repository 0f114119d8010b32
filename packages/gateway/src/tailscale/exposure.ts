/**
 * Hands the gateway's port to `tailscale serve` (the tailnet) or `tailscale funnel` (everybody) and owns that: with
 * `gateway.tailscale.resetOnExit` it takes it back when the gateway stops (reference config/config.md §12).
 */
import type { Logger } from '@chela/observability';
import { isRecord } from '../methods/record.ts';
import type { TailscaleCli } from './tailscale-cli.ts';

export type TailscaleMode = 'off' | 'serve' | 'funnel';

export interface TailscaleExposure {
  /** Takes the port back where that was asked for. Never rejects. */
  close(): Promise<void>;
}

export interface ExposureDeps {
  readonly mode: TailscaleMode;
  readonly port: number;
  readonly resetOnExit: boolean;
  readonly cli: TailscaleCli;
  readonly logger: Logger;
}

/** A daemon that does not answer must not hold up the end of the gateway. */
const RESET_WAIT_MS = 3_000;

/** Starts at once and in the background; a tailnet that cannot be had is told in the log, the gateway runs on. */
export function exposeByTailscale({ mode, port, resetOnExit, cli, logger }: ExposureDeps): TailscaleExposure {
  if (mode === 'off') return { close: async () => {} };

  async function expose(): Promise<void> {
    try {
      await cli.run([mode, '--bg', '--yes', String(port)]);
      const name = dnsName(await cli.run(['status', '--json']));
      logger.info(`${mode} enabled`, name === undefined ? {} : { url: `https://${name}/` });
    } catch (error) {
      logger.warn(`${mode} failed; the gateway is reachable from this machine only`, { error });
    }
  }

  async function reset(): Promise<void> {
    try {
      await started;
      await cli.run([mode, 'reset']);
    } catch (error) {
      logger.warn(`${mode} could not be reset`, { error });
    }
  }

  const started = expose();
  return {
    async close() {
      if (!resetOnExit) return;
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, RESET_WAIT_MS);
      await Promise.race([reset(), late.promise]);
      clearTimeout(timer);
    },
  };
}

function dnsName(status: string): string | undefined {
  const parsed: unknown = JSON.parse(status);
  const self = isRecord(parsed) ? parsed.Self : undefined;
  const name = isRecord(self) ? self.DNSName : undefined;
  return typeof name === 'string' && name !== '' ? name.replace(/\.$/, '') : undefined;
}
