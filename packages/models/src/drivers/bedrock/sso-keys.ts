import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filledString, objectOf, parseJson } from '../../json-shape.ts';
import type { KeyDeps, LentKeys } from './aws-keys.ts';
import { awsConfigSection, awsFolder, awsProfile } from './credentials.ts';
import { askKeeper, readLentKeys } from './lent-keys.ts';

const TIMEOUT_MS = 10_000;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/**
 * The keys of a role for whom a person signed in with `aws sso login`; undefined when the profile names no single sign-on.
 * Rejects when that sign-in is over.
 */
export async function ssoKeys(deps: KeyDeps): Promise<LentKeys | undefined> {
  const { env, clock } = deps;
  const { config } = await awsProfile(env);
  const session = filledString(config.sso_session);
  const account = filledString(config.sso_account_id);
  const role = filledString(config.sso_role_name);
  if (account === undefined || role === undefined) return undefined;
  const shared = session === undefined ? config : await awsConfigSection(env, `sso-session ${session}`);
  const region = filledString(shared.sso_region);
  const cacheName = session ?? filledString(shared.sso_start_url);
  if (region === undefined || !REGION.test(region) || cacheName === undefined) return undefined;
  const file = join(awsFolder(env), 'sso', 'cache', `${createHash('sha1').update(cacheName).digest('hex')}.json`);
  const login = objectOf(parseJson(await readFile(file, 'utf8').catch(() => '')));
  const token = filledString(login.accessToken);
  if (token === undefined || Date.parse(filledString(login.expiresAt) ?? '') <= clock.now()) {
    throw new Error('The AWS sign-in is over. Run `aws sso login`.');
  }
  const query = new URLSearchParams({ role_name: role, account_id: account });
  const url = `https://portal.sso.${region}.amazonaws.com/federation/credentials?${query}`;
  const answer = await askKeeper(
    deps,
    { url, method: 'GET', headers: { 'x-amz-sso_bearer_token': token } },
    TIMEOUT_MS,
  );
  return answer === undefined ? undefined : readLentKeys(answer);
}
