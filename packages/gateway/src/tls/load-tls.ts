/**
 * The certificate of the gateway's port. Files that are configured are only read; the pair in the state folder is made
 * once, readable by its owner only, and kept: clients pin its fingerprint.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type Config, type StatePaths, tlsFiles, writePrivateFile } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import { GatewayStartError } from '../server/start-error.ts';
import type { CertificatePair } from './self-signed.ts';

export interface GatewayTls extends CertificatePair {
  readonly ca: string | undefined;
  /** SHA-256 of the certificate, upper-case hex with colons. */
  readonly fingerprint: string;
  readonly certPath: string;
}

/** Undefined while `gateway.tls.enabled` is off. Throws GatewayStartError when TLS is on and cannot be had. */
export async function loadTls(
  config: Config,
  deps: { readonly paths: StatePaths; readonly clock: Clock; readonly logger: Logger },
): Promise<GatewayTls | undefined> {
  const tls = config.gateway?.tls;
  if (tls?.enabled !== true) return undefined;
  const files = tlsFiles(config, deps.paths);
  const given = Boolean(tls.certPath?.trim() || tls.keyPath?.trim());
  const pair = await readPair(files.certPath, files.keyPath);
  if (!pair && (given || tls.autoGenerate === false)) {
    throw new GatewayStartError(
      `gateway tls: cert/key missing: ${files.certPath} and ${files.keyPath} must both exist (gateway.tls.certPath, gateway.tls.keyPath), or leave both paths away and allow gateway.tls.autoGenerate`,
    );
  }
  const { cert, key } = pair ?? (await makePair(files.certPath, files.keyPath, deps));
  const ca = files.caPath === undefined ? undefined : await readRequired(files.caPath);
  return { cert, key, ca, fingerprint: checkedFingerprint(cert, key, files.certPath), certPath: files.certPath };
}

async function makePair(
  certPath: string,
  keyPath: string,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<CertificatePair> {
  const { createSelfSigned } = await import('./self-signed.ts');
  const made = await createSelfSigned({ now: clock.now(), hostName: hostname() });
  // The key first: a certificate without its key would be taken for a pair that somebody broke.
  await writePrivateFile(keyPath, made.key);
  await writePrivateFile(certPath, made.cert);
  logger.info('made a self-signed certificate', { path: certPath });
  return made;
}

/** Undefined when one of the two is missing. */
async function readPair(certPath: string, keyPath: string): Promise<CertificatePair | undefined> {
  const [cert, key] = await Promise.all([readIfThere(certPath), readIfThere(keyPath)]);
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

async function readRequired(path: string): Promise<string> {
  const text = await readIfThere(path);
  if (text === undefined) throw new GatewayStartError(`gateway tls: ${path} (gateway.tls.caPath) does not exist`);
  return text;
}

/** Refuses a pair that no client could shake hands with, before anything listens. */
function checkedFingerprint(cert: string, key: string, certPath: string): string {
  try {
    const certificate = new X509Certificate(cert);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error("the key is not the certificate's");
    return certificate.fingerprint256;
  } catch (error) {
    throw unreadable(certPath, error);
  }
}

function unreadable(path: string, cause: unknown): GatewayStartError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new GatewayStartError(`gateway tls: ${path} cannot be used: ${reason}`, { cause });
}
