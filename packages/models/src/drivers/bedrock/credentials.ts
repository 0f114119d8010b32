import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../catalog/environment-keys.ts';
import { filledString } from '../../json-shape.ts';

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** The keys that are written down: the environment, then the profile of `~/.aws/credentials` or `~/.aws/config` (reference agent/models.md §4). */
export async function writtenAwsKeys(env: Environment): Promise<AwsKeys | undefined> {
  const fromEnv = keysOf(env, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN');
  if (fromEnv !== undefined) return fromEnv;
  const profile = await awsProfile(env);
  return profileKeys(profile.credentials) ?? profileKeys(profile.config);
}

/** Region of an endpoint's host, else of the environment, else us-east-1 (reference agent/models.md §3.3). */
export function regionOf(baseUrl: string, env: Environment): string {
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : '';
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(host)?.[1] ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
}

/** The sections of the chosen profile in both files. */
export async function awsProfile(
  env: Environment,
): Promise<{ readonly credentials: Environment; readonly config: Environment }> {
  const name = filledString(env.AWS_PROFILE) ?? 'default';
  const credentials = await sectionOf(env.AWS_SHARED_CREDENTIALS_FILE ?? join(awsFolder(env), 'credentials'), name);
  const config = await awsConfigSection(env, name === 'default' ? name : `profile ${name}`);
  return { credentials, config };
}

/** One section of `~/.aws/config`. */
export function awsConfigSection(env: Environment, name: string): Promise<Environment> {
  return sectionOf(env.AWS_CONFIG_FILE ?? join(awsFolder(env), 'config'), name);
}

export function awsFolder(env: Environment): string {
  return join(env.HOME ?? homedir(), '.aws');
}

function profileKeys(section: Environment): AwsKeys | undefined {
  return keysOf(section, 'aws_access_key_id', 'aws_secret_access_key', 'aws_session_token');
}

function keysOf(from: Environment, id: string, secret: string, token: string): AwsKeys | undefined {
  const accessKeyId = filledString(from[id]);
  const secretAccessKey = filledString(from[secret]);
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: filledString(from[token]) };
}

/** The settings of one section of an INI file; empty when there is no such file or section. */
async function sectionOf(path: string, name: string): Promise<Environment> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const settings: Record<string, string> = {};
  let isInside = false;
  for (const line of lines) {
    const heading = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (heading !== undefined) isInside = heading.trim() === name;
    const setting = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (isInside && setting?.[1] !== undefined) settings[setting[1].toLowerCase()] = setting[2] ?? '';
  }
  return settings;
}
