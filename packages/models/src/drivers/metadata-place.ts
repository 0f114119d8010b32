import type { Environment } from '../catalog/environment-keys.ts';
import { filledString } from '../json-shape.ts';

/** Where a cloud machine tells who it is. */
export interface MetadataPlace {
  readonly origin: string;
}

const USUAL_HOST = 'metadata.google.internal';
/** The only hosts a token is asked of: the cloud's own, and emulators on this machine. */
const HOSTS = /^(?:metadata\.google\.internal|169\.254\.169\.254|127\.0\.0\.1|localhost)(?::\d+)?$/;

/**
 * The metadata server, only where the environment asks for it: `CHELA_CLOUD_METADATA=1`, Google's own `GCE_METADATA_HOST`, or
 * a service that Google runs (`K_SERVICE`). Elsewhere nothing listens there, or something that should not be asked.
 */
export function metadataPlace(env: Environment): MetadataPlace | undefined {
  const host = filledString(env.GCE_METADATA_HOST);
  if (host !== undefined) return HOSTS.test(host) ? { origin: `http://${host}` } : undefined;
  const isMeant = mayAskMetadata(env) || filledString(env.K_SERVICE) !== undefined;
  return isMeant ? { origin: `http://${USUAL_HOST}` } : undefined;
}

/** Whether the person lets this program ask the cloud it runs in for credentials. */
export function mayAskMetadata(env: Environment): boolean {
  return env.CHELA_CLOUD_METADATA === '1';
}
