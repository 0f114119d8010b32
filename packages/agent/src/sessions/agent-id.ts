import type { Config } from '@chela/config';

const AGENT_ID_MAX_CHARS = 64;
const VALID_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** The agent that exists in every installation. */
export const MAIN_AGENT_ID = 'main';
/** The account a channel uses when none is named. */
export const DEFAULT_ACCOUNT_ID = 'default';

/** Brings an agent id into its stored form; empty or hopeless input is `main` (reference agent/sessions.md §1.2). */
export function normalizeAgentId(value: string | null | undefined): string {
  return normalizeId(value, MAIN_AGENT_ID);
}

/** The same rule for account ids, whose fallback is `default`. */
export function normalizeAccountId(value: string | null | undefined): string {
  return normalizeId(value, DEFAULT_ACCOUNT_ID);
}

/** The configured default agent: the entry marked default, else the first, else `main` (reference agent/sessions.md §2). */
export function defaultAgentId(config: Config): string {
  const list = config.agents?.list ?? [];
  const chosen = list.find((agent) => agent.default === true) ?? list[0];
  return normalizeAgentId(chosen?.id);
}

function normalizeId(value: string | null | undefined, fallback: string): string {
  const lower = (value ?? '').trim().toLowerCase();
  if (lower === '') return fallback;
  if (VALID_ID.test(lower)) return lower;
  const cleaned = lower
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+/, '')
    .replace(/-+$/, '')
    .slice(0, AGENT_ID_MAX_CHARS);
  return cleaned === '' ? fallback : cleaned;
}
