import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../catalog/environment-keys.ts';
import { filledString, isObject, type JsonObject, parseJson } from '../../json-shape.ts';
import { type MetadataPlace, metadataPlace } from '../metadata-place.ts';

/** Google's application default credentials: what stands for this machine or its person (reference agent/models.md §4). */
export type GoogleIdentity =
  | {
      readonly kind: 'service_account';
      readonly email: string;
      readonly privateKey: string;
      readonly keyId: string | undefined;
      readonly project: string | undefined;
    }
  | {
      readonly kind: 'authorized_user';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken: string;
      readonly project: string | undefined;
    }
  | { readonly kind: 'metadata'; readonly place: MetadataPlace; readonly project: undefined };

/**
 * The file `GOOGLE_APPLICATION_CREDENTIALS` names, else the one `gcloud auth application-default login` writes, else the
 * metadata server where the environment says that there is one. Rejects with a sentence for people when nothing is there.
 */
export async function findGoogleIdentity(env: Environment): Promise<GoogleIdentity> {
  const named = filledString(env.GOOGLE_APPLICATION_CREDENTIALS);
  const folder = filledString(env.CLOUDSDK_CONFIG) ?? join(env.HOME ?? homedir(), '.config', 'gcloud');
  const path = named ?? join(folder, 'application_default_credentials.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text !== undefined) return readIdentity(parseJson(text), path);
  if (named !== undefined) throw new Error(`GOOGLE_APPLICATION_CREDENTIALS names ${named}, which cannot be read.`);
  const place = metadataPlace(env);
  if (place === undefined) {
    throw new Error(
      'No Google credentials found. Run `gcloud auth application-default login`, set GOOGLE_APPLICATION_CREDENTIALS, or set CHELA_CLOUD_METADATA=1 on a machine of Google Cloud.',
    );
  }
  return { kind: 'metadata', place, project: undefined };
}

function readIdentity(value: unknown, path: string): GoogleIdentity {
  const file = isObject(value) ? value : {};
  const project = filledString(file.project_id) ?? filledString(file.quota_project_id);
  if (file.type === 'service_account') {
    const email = needed(file, 'client_email', path);
    const privateKey = needed(file, 'private_key', path);
    return { kind: 'service_account', email, privateKey, keyId: filledString(file.private_key_id), project };
  }
  if (file.type === 'authorized_user') {
    const clientId = needed(file, 'client_id', path);
    const clientSecret = needed(file, 'client_secret', path);
    return {
      kind: 'authorized_user',
      clientId,
      clientSecret,
      refreshToken: needed(file, 'refresh_token', path),
      project,
    };
  }
  throw new Error(`${path} holds credentials of a type that is not supported: ${filledString(file.type) ?? 'none'}`);
}

function needed(file: JsonObject, name: string, path: string): string {
  const value = filledString(file[name]);
  if (value === undefined) throw new Error(`${path} has no ${name}`);
  return value;
}
