import { join } from 'node:path';
import { agentDir, agentIds } from '@chela/config';
import { isRecord } from '../../json-reader.ts';
import { type JsonRecord, readJsonFile } from '../../migrate/json-file.ts';
import type { Check, Finding } from '../finding.ts';

const EXPIRES_SOON_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

/** Logins to model providers that have run out or soon will, and those that are resting after failures. */
export const modelAuth: Check = async ({ config, paths, context }) => {
  const now = context.now();
  const found = await Promise.all(
    agentIds(config).map(async (id) => {
      const path = join(agentDir(config, paths, id), 'auth-profiles.json');
      const file = await readJsonFile(path);
      if ('problem' in file) return { expiry: [`- ${path}: ${file.problem}.`], resting: [] };
      const profiles = isRecord(file.value?.profiles) ? file.value.profiles : {};
      const stats = isRecord(file.value?.usageStats) ? file.value.usageStats : {};
      return { expiry: expiryLines(profiles, now), resting: restingLines(stats, now) };
    }),
  );
  const expiry = found.flatMap((agent) => agent.expiry);
  const resting = found.flatMap((agent) => agent.resting);
  const findings: Finding[] = [];
  if (resting.length > 0) findings.push({ title: 'Auth profile cooldowns', lines: resting });
  if (expiry.length > 0) findings.push({ title: 'Model auth', lines: expiry });
  return findings;
};

function expiryLines(profiles: JsonRecord, now: number): readonly string[] {
  return Object.entries(profiles).flatMap(([id, profile]) => {
    const expires = isRecord(profile) && typeof profile.expires === 'number' ? profile.expires : 0;
    if (expires <= 0 || expires > now + EXPIRES_SOON_MS) return [];
    // A login with a refresh token renews itself.
    if (isRecord(profile) && typeof profile.refresh === 'string' && profile.refresh !== '') return [];
    return [expires <= now ? `- ${id}: expired.` : `- ${id}: expires in less than a day.`];
  });
}

function restingLines(stats: JsonRecord, now: number): readonly string[] {
  return Object.entries(stats).flatMap(([id, stat]) => {
    if (!isRecord(stat)) return [];
    const until = Math.max(numberOf(stat.cooldownUntil), numberOf(stat.disabledUntil));
    if (until <= now) return [];
    const reason = typeof stat.disabledReason === 'string' ? ` (${stat.disabledReason})` : '';
    return [`- ${id}: resting for ${Math.ceil((until - now) / MINUTE_MS)} minutes${reason}.`];
  });
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
