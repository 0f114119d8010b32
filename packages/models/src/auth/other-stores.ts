import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filledString, finiteNumber, isObject, objectOf, parseJson } from '../json-shape.ts';
import { type AuthProfile, parseProfile } from './profiles.ts';

/**
 * Credentials that stand elsewhere: stores of older releases and logins of other command lines
 * (reference agent/models.md §5.3, §5.4). They are read where they are; a refreshed one goes into `auth-profiles.json`.
 */
export interface OtherStores {
  /** Profiles of one agent directory. What was found is good for a while. */
  profiles(agentDir: string): Promise<readonly AuthProfile[]>;
}

const GOOD_FOR_MS = 15 * 60_000;
/** A token that expires sooner is looked for again, because its owner may have renewed it. */
const NEAR_EXPIRY_MS = 10 * 60_000;
const CACHE_LIMIT = 64;

const COMMAND_LINES = [
  { id: 'qwen-portal:qwen-cli', provider: 'qwen-portal', file: '.qwen/oauth_creds.json' },
  { id: 'minimax-portal:minimax-cli', provider: 'minimax-portal', file: '.minimax/oauth_creds.json' },
] as const;

export function createOtherStores(deps: {
  readonly stateDir: string;
  readonly homeDir: string;
  readonly mainAgentDir: string;
  readonly now: () => number;
}): OtherStores {
  const cache = new Map<string, { readonly until: number; readonly profiles: readonly AuthProfile[] }>();
  const find = async (agentDir: string): Promise<readonly AuthProfile[]> => {
    const legacy = await legacyProfiles(join(agentDir, 'auth.json'), undefined);
    if (agentDir !== deps.mainAgentDir) return legacy;
    const shared = await legacyProfiles(join(deps.stateDir, 'credentials', 'oauth.json'), 'oauth');
    const logins = await Promise.all(COMMAND_LINES.map((line) => commandLineProfile(deps.homeDir, line)));
    return [...legacy, ...shared, ...logins.flatMap((profile) => profile ?? [])];
  };
  return {
    async profiles(agentDir) {
      const now = deps.now();
      const cached = cache.get(agentDir);
      if (cached !== undefined && cached.until > now) return cached.profiles;
      const profiles = await find(agentDir);
      const soonest = Math.min(...profiles.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY));
      if (cache.size >= CACHE_LIMIT) cache.clear();
      cache.set(agentDir, { until: soonest < now + NEAR_EXPIRY_MS ? now : now + GOOD_FOR_MS, profiles });
      return profiles;
    },
  };
}

async function readJson(path: string): Promise<unknown> {
  return parseJson(await readFile(path, 'utf8').catch(() => ''));
}

/** `{<provider>: credential}`, each the default profile of its provider. */
async function legacyProfiles(path: string, type: 'oauth' | undefined): Promise<readonly AuthProfile[]> {
  return Object.entries(objectOf(await readJson(path))).flatMap(([provider, value]) => {
    const entry = { ...objectOf(value), provider, ...(type === undefined ? {} : { type }) };
    return parseProfile(`${provider}:default`, entry) ?? [];
  });
}

async function commandLineProfile(
  homeDir: string,
  { id, provider, file }: (typeof COMMAND_LINES)[number],
): Promise<AuthProfile | undefined> {
  const raw = await readJson(join(homeDir, file));
  if (!isObject(raw)) return undefined;
  const access = filledString(raw.access_token);
  const refresh = filledString(raw.refresh_token);
  const expires = finiteNumber(raw.expiry_date);
  if (access === undefined || refresh === undefined || expires === undefined) return undefined;
  return parseProfile(id, { type: 'oauth', provider, access, refresh, expires });
}
