/** A big household on disk, in the layout of release 2026.2.17: agents with sessions of their own, and cron jobs. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from './json.ts';

const HOUR_MS = 3_600_000;

const agentId = (index: number): string => `helper-${index}`;

/** The `agents` section with `main` and so many others. */
export const agentList = (agents: number): JsonObject => ({
  list: [{ id: 'main', default: true }, ...Array.from({ length: agents }, (_, index) => ({ id: agentId(index) }))],
});

/** Spreads sessions over the agents, in a `sessions.json` each. */
export function seedAgents(
  state: string,
  agents: number,
  sessions: number,
  entryOf: (index: number) => JsonObject,
): void {
  for (let agent = 0; agent < agents; agent += 1) {
    const folder = join(state, 'agents', agentId(agent), 'sessions');
    mkdirSync(folder, { recursive: true });
    const store: Record<string, JsonObject> = {};
    for (let index = agent; index < sessions; index += agents) {
      store[`agent:${agentId(agent)}:seed-${index}`] = { ...entryOf(index), label: `seed ${agent} ${index}` };
    }
    writeFileSync(join(folder, 'sessions.json'), JSON.stringify(store));
  }
}

/** Jobs that are due in an hour at the earliest, so that none runs while something is measured. */
export function seedCronJobs(state: string, count: number, now: number): void {
  if (count === 0) return;
  const folder = join(state, 'cron');
  mkdirSync(folder, { recursive: true });
  const jobs = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    name: `job ${index}`,
    enabled: true,
    createdAtMs: now,
    updatedAtMs: now,
    schedule: { kind: 'every', everyMs: 24 * HOUR_MS, anchorMs: now },
    sessionTarget: 'isolated',
    wakeMode: 'next-heartbeat',
    payload: { kind: 'agentTurn', message: `job ${index}` },
    delivery: { mode: 'none' },
    state: { nextRunAtMs: now + HOUR_MS + index },
  }));
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify({ version: 1, jobs }));
}
