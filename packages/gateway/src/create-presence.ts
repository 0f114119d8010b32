import { arch, hostname, networkInterfaces, platform, release } from 'node:os';
import type { Clock } from '@chela/observability';
import { PRESENCE_ENTRIES_LIMIT, PRESENCE_LIFE_MS } from '@chela/protocol';
import type { Presence, PresenceEntry } from './presence.ts';

const DEVICE_FAMILIES: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'Mac', win32: 'Windows' };
const PLATFORM_NAMES: Readonly<Record<string, string>> = { darwin: 'macos', win32: 'windows' };

/** The first address other machines can reach, else loopback. */
function primaryAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find((address) => address.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1';
}

function ownEntry(version: string): Omit<PresenceEntry, 'ts'> {
  const host = hostname();
  const ip = primaryAddress();
  return {
    host,
    ip,
    version,
    platform: `${PLATFORM_NAMES[platform()] ?? platform()} ${release()}`,
    deviceFamily: DEVICE_FAMILIES[platform()] ?? platform(),
    modelIdentifier: arch(),
    mode: 'gateway',
    reason: 'self',
    text: `Gateway: ${host} (${ip}) · app ${version} · mode gateway · reason self`,
  };
}

function mergedList(name: 'roles' | 'scopes', before: Partial<PresenceEntry>, next: Partial<PresenceEntry>) {
  const all = [...new Set([...(before[name] ?? []), ...(next[name] ?? [])])];
  return all.length === 0 ? {} : { [name]: all };
}

/** What is known stays known: an update adds to the entry, and the text names it when nobody wrote one. */
function merged(
  before: PresenceEntry | undefined,
  next: Partial<Omit<PresenceEntry, 'ts'>>,
  ts: number,
): PresenceEntry {
  const known = before ?? {};
  const { roles: _oldRoles, scopes: _oldScopes, ...facts } = { ...known, ...next };
  const named = `Node: ${facts.host ?? 'unknown'} · mode ${facts.mode ?? 'unknown'}`;
  return {
    ...facts,
    ...mergedList('roles', known, next),
    ...mergedList('scopes', known, next),
    ts,
    text: next.text || before?.text || named,
  };
}

export function createPresence(deps: { readonly clock: Clock; readonly version: string }): Presence {
  const entries = new Map<string, PresenceEntry>();
  const self = ownEntry(deps.version);
  let version = 1;

  function prune(now: number): void {
    for (const [key, entry] of entries) if (entry.ts < now - PRESENCE_LIFE_MS) entries.delete(key);
    // The map is in order of the last update: the oldest come first.
    for (const key of entries.keys()) {
      if (entries.size < PRESENCE_ENTRIES_LIMIT) break;
      entries.delete(key);
    }
  }

  return {
    get version() {
      return version;
    },
    list() {
      const now = deps.clock.now();
      prune(now);
      return [{ ...self, ts: now }, ...[...entries.values()].reverse()];
    },
    update(key, entry) {
      const name = key.trim().toLowerCase();
      const next = merged(entries.get(name), entry, deps.clock.now());
      entries.delete(name);
      entries.set(name, next);
      prune(next.ts);
      version += 1;
    },
  };
}
