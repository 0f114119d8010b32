import { isRecord, type UnknownRecord } from '../is-record.ts';

/**
 * Names under which the first version, a sidecar with a TOML file, and tools of its time know our settings. Compared
 * without case, `_` and `-`.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  mode: ['mode'],
  rules: ['rules', 'ruleset'],
  reviewThreshold: ['reviewthreshold', 'thresholdreview'],
  blockThreshold: ['blockthreshold', 'thresholdblock'],
  auditOnly: ['auditonly', 'dryrun'],
  promptInjectionPatterns: ['promptinjectionpatterns', 'promptpatterns', 'injectionpatterns'],
  blockedCommandPatterns: ['blockedcommandpatterns', 'blockedcommands', 'commandpatterns', 'blockedpatterns'],
  allowedCommandPrefixes: [
    'allowedcommandprefixes',
    'allowedprefixes',
    'allowedcommands',
    'commandallowlist',
    'allowlist',
    'allowcommandprefixes',
  ],
  toolRiskBonus: ['toolriskbonus', 'toolriskbonuses', 'toolbonus', 'toolbonuses', 'toolrisk'],
  channelRiskBonus: ['channelriskbonus', 'channelriskbonuses', 'channelbonus', 'channelbonuses', 'channelrisk'],
  toolPolicies: ['toolpolicies', 'toolpolicy', 'toolfloors', 'toolfloor', 'policyfloors', 'policyfloor'],
  protectedFiles: ['protectedfiles', 'protectedpaths', 'integrityfiles'],
  evaluationTimeoutMs: ['evaluationtimeoutms', 'evaluationtimeout', 'evaltimeoutms', 'decisiontimeoutms'],
  workers: ['workers', 'workercount', 'maxworkers', 'workerconcurrency'],
  queueLimit: ['queuelimit', 'queuesize', 'queuecapacity', 'maxqueue', 'queue'],
  quarantineDir: ['quarantinedir', 'quarantinedirectory', 'quarantinepath', 'quarantinefolder'],
  eventName: ['eventname', 'decisionevent'],
};

/** Groups that are read as a whole. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  reputation: {
    apiKey: ['apikey', 'virustotalapikey', 'vtapikey'],
    baseUrl: ['baseurl', 'endpoint'],
    timeoutMs: ['timeoutms', 'virustotaltimeoutms', 'vttimeoutms', 'reputationtimeoutms'],
  },
  idempotency: {
    ttlMs: ['ttlms', 'idempotencyttlms'],
    maxEntries: ['maxentries', 'idempotencymaxentries'],
  },
};

const GROUP_NAMES: Readonly<Record<string, string>> = {
  reputation: 'reputation',
  virustotal: 'reputation',
  vt: 'reputation',
  idempotency: 'idempotency',
};

/** A `security.defender` section out of settings under older names, also when they stand in groups. Unknown names are left out. */
export function sectionFromFirstVersion(value: unknown): UnknownRecord {
  return collect(value, undefined);
}

function collect(value: unknown, group: string | undefined): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (!isRecord(value)) return out;
  for (const [name, inner] of Object.entries(value)) {
    const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
    const target = group === undefined ? nameIn(NAMES, plain) : undefined;
    if (target !== undefined && (target !== 'protectedFiles' || inner !== null)) {
      out[target] = inner;
      continue;
    }
    const place = placeInGroup(plain, group);
    if (place !== undefined) merge(out, { [place.group]: { [place.key]: inner } });
    else if (isRecord(inner)) merge(out, collect(inner, GROUP_NAMES[plain]));
  }
  return out;
}

function placeInGroup(
  plain: string,
  group: string | undefined,
): { readonly group: string; readonly key: string } | undefined {
  for (const [name, keys] of Object.entries(GROUPS)) {
    if (group !== undefined && group !== name) continue;
    const key = nameIn(keys, plain);
    // Outside its group only a name that says which one it means counts.
    if (key !== undefined && (group === name || plain !== (keys[key]?.[0] ?? ''))) return { group: name, key };
  }
  return undefined;
}

function nameIn(names: Readonly<Record<string, readonly string[]>>, plain: string): string | undefined {
  return Object.entries(names).find(([, spellings]) => spellings.includes(plain))?.[0];
}

function merge(into: Record<string, unknown>, from: UnknownRecord): void {
  for (const [key, value] of Object.entries(from)) {
    const known = into[key];
    into[key] = isRecord(known) && isRecord(value) ? { ...known, ...value } : value;
  }
}
