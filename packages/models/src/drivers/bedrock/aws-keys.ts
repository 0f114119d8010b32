import type { Environment } from '../../catalog/environment-keys.ts';
import type { WireDeps } from '../wire.ts';
import { type AwsKeys, writtenAwsKeys } from './credentials.ts';
import { machineKeys } from './machine-keys.ts';
import { processKeys } from './process-keys.ts';
import { ssoKeys } from './sso-keys.ts';

/** Keys that were lent for a while. */
export interface LentKeys extends AwsKeys {
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export interface KeyDeps extends Pick<WireDeps, 'transport' | 'clock'> {
  readonly env: Environment;
}

/** The AWS keys of this machine, found anew when those that were lent are about to end. */
export interface AwsKeySource {
  /** Undefined when there are none. Rejects when somebody who lends keys refuses, with the reason. */
  find(): Promise<AwsKeys | undefined>;
}

const EARLY_MS = 5 * 60_000;

/**
 * Keys in the order in which the vendor's own programs look: those written down, a single sign-on, a program of the
 * profile, the container's, the machine's role (reference agent/models.md §4, "SDK default chain").
 */
export function createAwsKeys(deps: KeyDeps): AwsKeySource {
  let lent: LentKeys | undefined;
  let asking: Promise<LentKeys | undefined> | undefined;
  const ask = async (): Promise<LentKeys | undefined> =>
    (await ssoKeys(deps)) ?? (await processKeys(deps)) ?? (await machineKeys(deps));
  return {
    async find() {
      const written = await writtenAwsKeys(deps.env);
      if (written !== undefined) return written;
      if (lent !== undefined && lent.expires - EARLY_MS > deps.clock.now()) return lent;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      lent = await asking;
      return lent;
    },
  };
}
