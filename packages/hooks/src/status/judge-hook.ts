import type { Config, Env } from '@chela/config';
import { findBins, isConfigSet, type SkillRequirements } from '@chela/skills';
import type { Hook } from '../hook.ts';
import { hookSettings } from '../hook-settings.ts';

export interface HookVerdict {
  readonly eligible: boolean;
  /** Switched off in `hooks.internal.entries`. */
  readonly disabled: boolean;
  readonly missing: SkillRequirements;
}

export interface HookFacts {
  readonly config: Config;
  readonly env: Readonly<Env>;
  /** As Node names it, e.g. `linux`. */
  readonly platform: string;
  /** Programs that were found, of those that hooks ask for. */
  readonly bins: ReadonlySet<string>;
}

/** Looks for the programs that hooks need. */
export async function hookFacts(hooks: readonly Hook[], config: Config, env: Readonly<Env>): Promise<HookFacts> {
  const names = hooks.flatMap(({ requires }) => [...requires.bins, ...requires.anyBins]);
  const bins = await findBins(names, env.PATH ?? '');
  return { config, env, platform: process.platform, bins };
}

/** Paths that count as set unless the file says otherwise: every agent has a workspace. */
const ALWAYS_SET: ReadonlySet<string> = new Set(['workspace.dir']);

export function isRequirementSet(config: Config, path: string): boolean {
  return ALWAYS_SET.has(path) || isConfigSet(config, path);
}

/** Whether a hook may run here: switched off, platform, always, then what it needs (reference agent/automation.md §4.1). */
export function judgeHook(hook: Hook, facts: HookFacts): HookVerdict {
  const entry = hookSettings(facts.config).entry(hook.hookKey);
  const disabled = entry.enabled === false;
  const missing = missingOf(hook, facts, entry.env);
  const complete = Object.values(missing).every((names) => names.length === 0);
  return { eligible: !disabled && complete, disabled, missing };
}

function missingOf(hook: Hook, facts: HookFacts, own: Readonly<Record<string, string>>): SkillRequirements {
  const { requires } = hook;
  const os = requires.os.length === 0 || requires.os.includes(facts.platform) ? [] : requires.os;
  if (hook.always) return { bins: [], anyBins: [], env: [], config: [], os };
  return {
    bins: requires.bins.filter((name) => !facts.bins.has(name)),
    anyBins: requires.anyBins.some((name) => facts.bins.has(name)) ? [] : requires.anyBins,
    env: requires.env.filter((name) => (own[name] ?? facts.env[name] ?? '') === ''),
    config: requires.config.filter((path) => !isRequirementSet(facts.config, path)),
    os,
  };
}
