import { type Config, parseConfigPath, valueAtPath } from '@chela/config';
import type { Skill, SkillRequirements } from '../skill.ts';
import { type SkillEntry, skillSettings } from '../skill-settings.ts';

/** What the gates look at. Plain answers, so that judging needs no I/O. */
export interface GateFacts {
  readonly config: Config;
  /** As Node names it, e.g. `linux`. */
  readonly platform: string;
  hasBin(name: string): boolean;
  hasEnv(name: string): boolean;
  /** What connected nodes offer; undefined without any. */
  readonly remote: RemoteFacts | undefined;
}

/** Platforms of connected nodes that run commands, and the programs found on them. */
export interface RemoteFacts {
  readonly platforms: readonly string[];
  readonly bins: ReadonlySet<string>;
}

export interface GateVerdict {
  readonly eligible: boolean;
  /** Switched off in `skills.entries`. */
  readonly disabled: boolean;
  /** A bundled skill that `skills.allowBundled` leaves out. */
  readonly blockedByAllowlist: boolean;
  readonly missing: SkillRequirements;
}

type GatedSkill = Pick<Skill, 'name' | 'skillKey' | 'source' | 'metadata'>;

/**
 * Whether a skill may be used here (reference agent/automation.md §6.4): switched off, bundled and not allowed, wrong
 * platform, always, then everything it needs.
 */
export function gateSkill(skill: GatedSkill, facts: GateFacts): GateVerdict {
  const settings = skillSettings(facts.config);
  const entry = settings.entry(skill.skillKey);
  const disabled = entry.enabled === false;
  const { allowBundled } = settings;
  const named = allowBundled === undefined || allowBundled.has(skill.skillKey) || allowBundled.has(skill.name);
  const blockedByAllowlist = skill.source === 'openclaw-bundled' && !named;
  const missing = missingRequirements(skill, entry, facts);
  const complete = Object.values(missing).every((names) => names.length === 0);
  const fits = missing.os.length === 0 && (skill.metadata.always || complete);
  return { eligible: !disabled && !blockedByAllowlist && fits, disabled, blockedByAllowlist, missing };
}

function missingRequirements(skill: GatedSkill, entry: SkillEntry, facts: GateFacts): SkillRequirements {
  const { always, requires, primaryEnv } = skill.metadata;
  const { remote } = facts;
  const platforms = [facts.platform, ...(remote?.platforms ?? [])];
  const rightPlatform = requires.os.length === 0 || requires.os.some((name) => platforms.includes(name));
  const os = rightPlatform ? [] : requires.os;
  if (always) return { bins: [], anyBins: [], env: [], config: [], os };
  const hasBin = (name: string): boolean => facts.hasBin(name) || remote?.bins.has(name) === true;
  const hasEnv = (name: string): boolean =>
    facts.hasEnv(name) || (entry.env[name] ?? '') !== '' || (entry.apiKey !== undefined && primaryEnv === name);
  return {
    bins: requires.bins.filter((name) => !hasBin(name)),
    anyBins: requires.anyBins.some(hasBin) ? [] : requires.anyBins,
    env: requires.env.filter((name) => !hasEnv(name)),
    config: requires.config.filter((path) => !isConfigSet(facts.config, path)),
    os,
  };
}

/** Paths that count as set unless the file says otherwise. */
const SET_BY_DEFAULT: ReadonlySet<string> = new Set(['browser.enabled', 'browser.evaluateEnabled']);

/** Whether a path of the configuration has a value other than false, zero, null and blank text. */
export function isConfigSet(config: Config, path: string): boolean {
  const { value } = valueAtPath(config, keysOf(path));
  if (value === undefined) return SET_BY_DEFAULT.has(path);
  return typeof value === 'string' ? value.trim() !== '' : Boolean(value);
}

/** A path that cannot be read names nothing. */
function keysOf(path: string): readonly string[] {
  try {
    return parseConfigPath(path);
  } catch {
    return [path];
  }
}
