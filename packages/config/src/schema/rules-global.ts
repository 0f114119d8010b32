import { isJsonObject, objectAt } from '../json-object.ts';
import type { CrossFieldRule } from './check-structure.ts';

/** Each profile needs a way to reach its browser. */
export const browserProfileRule: CrossFieldRule = (value, report) => {
  if (isJsonObject(value) && !value.cdpPort && !value.cdpUrl) report([], 'Profile must set cdpPort or cdpUrl');
};

/** Modules of hooks are loaded from the hooks folder and from nowhere else. */
export const modulePathRule: CrossFieldRule = (value, report) => {
  if (typeof value !== 'string' || isInnerPath(value.trim())) return;
  report([], 'module must be a safe relative path (no absolute paths)');
};

function isInnerPath(path: string): boolean {
  if (path === '' || /^[\\/~]/.test(path) || path.includes(':')) return false;
  return !path.split(/[\\/]+/).includes('..');
}

export const cronWebhookRule: CrossFieldRule = (value, report) => {
  if (typeof value !== 'string' || !URL.canParse(value)) return;
  if (!/^https?:$/.test(new URL(value).protocol)) report([], 'Expected http:// or https:// URL');
};

/** `broadcast`: every named agent exists, as soon as there is a list of agents. */
export const broadcastRule: CrossFieldRule = (value, report) => {
  const list = objectAt(value, 'agents')?.list;
  const known = new Set((Array.isArray(list) ? list : []).map((agent) => (isJsonObject(agent) ? agent.id : undefined)));
  if (known.size === 0) return;
  for (const [peer, ids] of Object.entries(objectAt(value, 'broadcast') ?? {})) {
    if (peer === 'strategy' || !Array.isArray(ids)) continue;
    for (const [index, id] of ids.entries()) {
      if (!known.has(id)) report(['broadcast', peer, index], `Unknown agent id "${id}" (not in agents.list).`);
    }
  }
};

/** The defender reviews before it blocks (reference defender/defender.md §A); the defaults are 35 and 65. */
export const defenderThresholdsRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value)) return;
  const { reviewThreshold = 35, blockThreshold = 65 } = value;
  if (typeof reviewThreshold !== 'number' || typeof blockThreshold !== 'number') return;
  if (reviewThreshold >= blockThreshold) {
    report(['reviewThreshold'], `must be below blockThreshold (${blockThreshold}), got ${reviewThreshold}`);
  }
};
