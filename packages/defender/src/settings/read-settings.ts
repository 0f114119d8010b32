import { resolve } from 'node:path';
import { PROVENANCES } from '../action-request.ts';
import { VERDICTS, type Verdict } from '../decision.ts';
import { isRecord } from '../is-record.ts';
import { checkPattern } from './check-pattern.ts';
import {
  DEFAULT_SETTINGS,
  type DefenderSettings,
  EVALUATION_TIMEOUT_FLOOR_MS,
  REPUTATION_TIMEOUT_FLOOR_MS,
} from './settings.ts';

/** A setting the defender cannot work with; `key` is its dotted path under `security.defender`. */
export class DefenderSettingsError extends Error {
  override readonly name = 'DefenderSettingsError';
  readonly key: string;
  constructor(key: string, problem: string) {
    super(`security.defender.${key}: ${problem}`);
    this.key = key;
  }
}

type Env = Readonly<Record<string, string | undefined>>;

const MODES = ['off', 'audit', 'enforce'] as const;
const RULES = ['baseline', 'full'] as const;
const MAX_SCORE = 100;
const MAX_WORKERS = 256;
const MAX_QUEUE = 100_000;
const HASH_HEX = /^[0-9a-f]{64}$/i;
const ENV_PREFIX = 'CHELA_DEFENDER_';
const MODE_IN_ENV = `${ENV_PREFIX}MODE`;

/**
 * The settings of a `security.defender` section over the defaults, then of the environment. Lists and maps given in the
 * section replace the default's lists; maps of points are added to the default's. Throws DefenderSettingsError.
 */
export async function readDefenderSettings(section: unknown, env: Env): Promise<DefenderSettings> {
  const given = isRecord(section) ? section : {};
  const reputation = isRecord(given.reputation) ? given.reputation : {};
  const provenance = isRecord(given.provenance) ? given.provenance : {};
  const textScore = isRecord(given.textScore) ? given.textScore : {};
  const idempotency = isRecord(given.idempotency) ? given.idempotency : {};
  const settings: DefenderSettings = {
    mode: oneOf('mode', env[MODE_IN_ENV] ?? given.mode, MODES, DEFAULT_SETTINGS.mode),
    rules: oneOf('rules', env[`${ENV_PREFIX}RULES`] ?? given.rules, RULES, DEFAULT_SETTINGS.rules),
    reviewThreshold: whole(
      'reviewThreshold',
      fromEnv(env, 'REVIEW_THRESHOLD') ?? given.reviewThreshold,
      { least: 0, most: MAX_SCORE },
      DEFAULT_SETTINGS.reviewThreshold,
    ),
    blockThreshold: whole(
      'blockThreshold',
      fromEnv(env, 'BLOCK_THRESHOLD') ?? given.blockThreshold,
      { least: 0, most: MAX_SCORE },
      DEFAULT_SETTINGS.blockThreshold,
    ),
    auditOnly: flag('auditOnly', env[`${ENV_PREFIX}AUDIT_ONLY`] ?? given.auditOnly, DEFAULT_SETTINGS.auditOnly),
    promptInjectionPatterns: texts(
      'promptInjectionPatterns',
      given.promptInjectionPatterns,
      DEFAULT_SETTINGS.promptInjectionPatterns,
    ),
    blockedCommandPatterns: texts(
      'blockedCommandPatterns',
      given.blockedCommandPatterns,
      DEFAULT_SETTINGS.blockedCommandPatterns,
    ),
    allowedCommandPrefixes: texts('allowedCommandPrefixes', given.allowedCommandPrefixes, []),
    toolRiskBonus: points('toolRiskBonus', given.toolRiskBonus, DEFAULT_SETTINGS.toolRiskBonus),
    channelRiskBonus: points('channelRiskBonus', given.channelRiskBonus, DEFAULT_SETTINGS.channelRiskBonus),
    toolPolicies: policies(given.toolPolicies),
    protectedFiles: protectedFiles(given.protectedFiles),
    evaluationTimeoutMs: whole(
      'evaluationTimeoutMs',
      fromEnv(env, 'EVALUATION_TIMEOUT_MS') ?? given.evaluationTimeoutMs,
      { least: EVALUATION_TIMEOUT_FLOOR_MS, most: Number.MAX_SAFE_INTEGER },
      DEFAULT_SETTINGS.evaluationTimeoutMs,
    ),
    workers: whole('workers', given.workers, { least: 1, most: MAX_WORKERS }, DEFAULT_SETTINGS.workers),
    queueLimit: whole('queueLimit', given.queueLimit, { least: 1, most: MAX_QUEUE }, DEFAULT_SETTINGS.queueLimit),
    quarantineDir: folder(env[`${ENV_PREFIX}QUARANTINE_DIR`] ?? given.quarantineDir),
    idempotency: {
      ttlMs: whole(
        'idempotency.ttlMs',
        idempotency.ttlMs,
        { least: 1, most: Number.MAX_SAFE_INTEGER },
        DEFAULT_SETTINGS.idempotency.ttlMs,
      ),
      maxEntries: whole(
        'idempotency.maxEntries',
        idempotency.maxEntries,
        { least: 1, most: MAX_QUEUE },
        DEFAULT_SETTINGS.idempotency.maxEntries,
      ),
    },
    reputation: {
      apiKey: text('reputation.apiKey', env[`${ENV_PREFIX}REPUTATION_API_KEY`] ?? reputation.apiKey),
      baseUrl:
        text('reputation.baseUrl', env[`${ENV_PREFIX}REPUTATION_BASE_URL`] ?? reputation.baseUrl) ??
        DEFAULT_SETTINGS.reputation.baseUrl,
      timeoutMs: whole(
        'reputation.timeoutMs',
        reputation.timeoutMs,
        { least: REPUTATION_TIMEOUT_FLOOR_MS, most: Number.MAX_SAFE_INTEGER },
        DEFAULT_SETTINGS.reputation.timeoutMs,
      ),
    },
    textScore: {
      enabled: flag('textScore.enabled', textScore.enabled, DEFAULT_SETTINGS.textScore.enabled),
      points: whole(
        'textScore.points',
        textScore.points,
        { least: 0, most: MAX_SCORE },
        DEFAULT_SETTINGS.textScore.points,
      ),
    },
    provenance: {
      untrusted: texts('provenance.untrusted', provenance.untrusted, DEFAULT_SETTINGS.provenance.untrusted).map(
        (label, index) => oneOf(`provenance.untrusted.${index}`, label, PROVENANCES, 'web'),
      ),
      waysOut: texts('provenance.waysOut', provenance.waysOut, DEFAULT_SETTINGS.provenance.waysOut),
    },
    eventName: text('eventName', given.eventName) ?? DEFAULT_SETTINGS.eventName,
  };
  if (settings.reviewThreshold >= settings.blockThreshold) {
    throw new DefenderSettingsError(
      'reviewThreshold',
      `${settings.reviewThreshold} must be below blockThreshold (${settings.blockThreshold})`,
    );
  }
  for (const key of ['promptInjectionPatterns', 'blockedCommandPatterns'] as const) {
    if (given[key] === undefined) continue;
    for (const [index, pattern] of settings[key].entries()) {
      const problem = await checkPattern(pattern);
      if (problem !== undefined) throw new DefenderSettingsError(`${key}.${index}`, problem);
    }
  }
  return settings;
}

function fromEnv(env: Env, name: string): number | string | undefined {
  const value = env[`${ENV_PREFIX}${name}`];
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

function oneOf<const Name extends string>(key: string, value: unknown, names: readonly Name[], otherwise: Name): Name {
  if (value === undefined) return otherwise;
  const found = names.find((name) => name === value);
  if (found === undefined) throw new DefenderSettingsError(key, `must be one of ${names.join(', ')}`);
  return found;
}

function whole(
  key: string,
  value: unknown,
  { least, most }: { readonly least: number; readonly most: number },
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new DefenderSettingsError(key, 'must be an integer');
  if (value < least) throw new DefenderSettingsError(key, `must be at least ${least}`);
  if (value > most) throw new DefenderSettingsError(key, `must be at most ${most}`);
  return value;
}

function flag(key: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  throw new DefenderSettingsError(key, 'must be true or false');
}

function text(key: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new DefenderSettingsError(key, 'must be a string');
  return value.trim() === '' ? undefined : value.trim();
}

function folder(value: unknown): string | undefined {
  const path = text('quarantineDir', value);
  return path === undefined ? undefined : resolve(path);
}

function texts(key: string, value: unknown, otherwise: readonly string[]): readonly string[] {
  if (value === undefined) return otherwise;
  if (!Array.isArray(value)) throw new DefenderSettingsError(key, 'must be a list of strings');
  return value.map((item, index) => {
    if (typeof item !== 'string' || item === '') {
      throw new DefenderSettingsError(`${key}.${index}`, 'must be a string that is not empty');
    }
    return item;
  });
}

function entries(key: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (value === undefined) return [];
  if (!isRecord(value)) throw new DefenderSettingsError(key, 'must be an object');
  return Object.entries(value);
}

function points(
  key: string,
  value: unknown,
  otherwise: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const given = entries(key, value).map(
    ([name, count]) =>
      [name.trim().toLowerCase(), whole(`${key}.${name}`, count, { least: 0, most: MAX_SCORE }, 0)] as const,
  );
  return { ...otherwise, ...Object.fromEntries(given) };
}

function policies(value: unknown): Readonly<Record<string, Verdict>> {
  return Object.fromEntries(
    entries('toolPolicies', value).map(([tool, verdict]) => [
      tool.trim().toLowerCase(),
      oneOf(`toolPolicies.${tool}`, verdict, VERDICTS, 'allow'),
    ]),
  );
}

/** A list of paths, or paths with the hash their files must have. */
function protectedFiles(value: unknown): Readonly<Record<string, string | null>> {
  if (Array.isArray(value)) {
    return Object.fromEntries(texts('protectedFiles', value, []).map((path) => [resolve(path), null]));
  }
  return Object.fromEntries(
    entries('protectedFiles', value).map(([path, hash]) => {
      if (typeof hash !== 'string' || !HASH_HEX.test(hash)) {
        throw new DefenderSettingsError(`protectedFiles.${path}`, 'must be a SHA-256 in hexadecimal digits');
      }
      return [resolve(path), hash.toLowerCase()];
    }),
  );
}
