import { join } from 'node:path';
import type { Config } from '../types.ts';
import { resolveUserPath } from './resolve-user-path.ts';

export interface TlsFiles {
  readonly certPath: string;
  readonly keyPath: string;
  readonly caPath: string | undefined;
}

/** Where the gateway's certificate and key lie: as configured, else in the state folder (reference protocol/protocol.md §1). */
export function tlsFiles(config: Config, paths: { readonly stateDir: string; readonly homeDir: string }): TlsFiles {
  const tls = config.gateway?.tls;
  const named = (path: string | undefined): string | undefined =>
    path?.trim() ? resolveUserPath(path.trim(), paths.homeDir) : undefined;
  const own = (name: string): string => join(paths.stateDir, 'gateway', 'tls', name);
  return {
    certPath: named(tls?.certPath) ?? own('gateway-cert.pem'),
    keyPath: named(tls?.keyPath) ?? own('gateway-key.pem'),
    caPath: named(tls?.caPath),
  };
}
