import { readFile } from 'node:fs/promises';
import { filledString } from '../../json-shape.ts';
import { mayAskMetadata } from '../metadata-place.ts';
import type { KeyDeps, LentKeys } from './aws-keys.ts';
import { askKeeper, readLentKeys } from './lent-keys.ts';

const CONTAINER_ORIGIN = 'http://169.254.170.2';
/** Where a container's keeper may be when it is named in full: on this machine, or where the cloud puts it. */
const KEEPER_HOSTS: ReadonlySet<string> = new Set([
  'localhost',
  '127.0.0.1',
  '[::1]',
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
]);
const INSTANCE_ORIGIN = 'http://169.254.169.254';
const ROLE_PATH = '/latest/meta-data/iam/security-credentials/';
const TOKEN_LIFETIME_S = 300;
/** Nothing listens there on a machine that is no cloud's. */
const TIMEOUT_MS = 1_000;

/**
 * The keys of the role this machine or container has. A container's keeper is named by its environment. The instance's own is
 * asked only where somebody wants that (`CHELA_CLOUD_METADATA=1`, or `AWS_PROFILE` without keys), always at its fixed address.
 */
export async function machineKeys(deps: KeyDeps): Promise<LentKeys | undefined> {
  return (await containerKeys(deps)) ?? (await instanceKeys(deps));
}

async function containerKeys(deps: KeyDeps): Promise<LentKeys | undefined> {
  const { env } = deps;
  const relative = filledString(env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI);
  const url =
    relative === undefined ? filledString(env.AWS_CONTAINER_CREDENTIALS_FULL_URI) : CONTAINER_ORIGIN + relative;
  if (url === undefined || !isKeeper(url)) return undefined;
  const file = filledString(env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE);
  const token = file === undefined ? env.AWS_CONTAINER_AUTHORIZATION_TOKEN : await readFile(file, 'utf8');
  const headers = token === undefined || token.trim() === '' ? {} : { authorization: token.trim() };
  const answer = await askKeeper(deps, { url, method: 'GET', headers }, TIMEOUT_MS);
  return answer === undefined ? undefined : readLentKeys(answer);
}

function isKeeper(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username } = new URL(url);
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && KEEPER_HOSTS.has(hostname)));
}

async function instanceKeys(deps: KeyDeps): Promise<LentKeys | undefined> {
  const { env } = deps;
  const isWanted = mayAskMetadata(env) || filledString(env.AWS_PROFILE) !== undefined;
  if (!isWanted || env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined;
  const lifetime = { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_LIFETIME_S) };
  const tokenUrl = `${INSTANCE_ORIGIN}/latest/api/token`;
  const token = await askKeeper(deps, { url: tokenUrl, method: 'PUT', headers: lifetime }, TIMEOUT_MS);
  if (token === undefined) return undefined;
  const headers = { 'x-aws-ec2-metadata-token': token.trim() };
  const roles = await askKeeper(deps, { url: INSTANCE_ORIGIN + ROLE_PATH, method: 'GET', headers }, TIMEOUT_MS);
  const [role = ''] = (roles ?? '').trim().split('\n');
  if (role === '') return undefined;
  const url = INSTANCE_ORIGIN + ROLE_PATH + encodeURIComponent(role);
  const answer = await askKeeper(deps, { url, method: 'GET', headers }, TIMEOUT_MS);
  return answer === undefined ? undefined : readLentKeys(answer);
}
