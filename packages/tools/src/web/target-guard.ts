import { isIP } from 'node:net';
import { isBlockedHost, isForbiddenAddress, normalizeHost } from './private-address.ts';

/** An address that was checked and that the connection must use. */
export interface PinnedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Says where a URL leads, or throws when the gateway must not go there. */
export interface TargetGuard {
  resolve(url: URL): Promise<readonly PinnedAddress[]>;
}

type Resolve = (host: string) => Promise<readonly PinnedAddress[]>;

async function systemResolve(host: string): Promise<readonly PinnedAddress[]> {
  const { lookup } = await import('node:dns/promises');
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

/** The guard against requests into this machine and its network (reference agent/tools.md ). */
export function createTargetGuard(resolveHost: Resolve = systemResolve): TargetGuard {
  return {
    async resolve(url) {
      const shown = url.hostname.toLowerCase();
      const host = normalizeHost(url.hostname);
      if (isBlockedHost(host)) throw new Error(`Blocked hostname: ${shown}`);
      const family = isIP(host);
      if (family !== 0) {
        if (isForbiddenAddress(host)) throw new Error('Blocked: private/internal IP address');
        return [{ address: host, family: family === 6 ? 6 : 4 }];
      }
      const addresses = await resolveHost(host);
      if (addresses.length === 0) throw new Error(`Unable to resolve hostname: ${shown}`);
      // One bad answer condemns the name: which one the connection would take is not ours to choose.
      if (addresses.some(({ address }) => isForbiddenAddress(address))) {
        throw new Error('Blocked: resolves to private/internal IP address');
      }
      return addresses;
    },
  };
}
