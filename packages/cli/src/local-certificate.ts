import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * SHA-256 of a certificate file, the pin for this machine's own gateway (reference cli/cli.md §4); undefined while there
 * is no such file, e.g. before the first start with TLS.
 */
export async function certificateFingerprint(path: string): Promise<string | undefined> {
  try {
    return new X509Certificate(await readFile(path)).fingerprint256;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`the certificate ${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
