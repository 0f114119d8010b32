import type { ModelRef } from './driver.ts';
import { DEFAULT_REF, refKey } from './refs.ts';
import { configuredRef, resolveRef } from './selection.ts';
import type { ModelSettings } from './settings.ts';

/**
 * The models a turn may try, in order and each once (reference agent/models.md §7.1): the requested one whatever the
 * allowlist says, then the fallbacks it permits, then the configured primary unless the agent brings its own fallbacks or
 * a person chose the requested one (traces failover/override-without-the-primary).
 */
export function planCandidates(input: {
  readonly requested: ModelRef;
  readonly isChosen?: boolean;
  readonly agentId: string;
  readonly settings: ModelSettings;
  /** Keys that may be used; undefined for any. */
  readonly allowed: ReadonlySet<string> | undefined;
}): readonly ModelRef[] {
  const { requested, settings, allowed } = input;
  const own = settings.agents[input.agentId.trim().toLowerCase()]?.fallbacks;
  const names = own ?? settings.defaults.fallbacks ?? [];
  const fallbacks = names
    .flatMap((name) => resolveRef(name, settings) ?? [])
    .filter((ref) => allowed === undefined || allowed.has(refKey(ref)));
  const hasPrimary = own === undefined && input.isChosen !== true && settings.defaults.primary !== undefined;
  const primary = hasPrimary ? [configuredRef(settings, DEFAULT_REF)] : [];
  return [...new Map([requested, ...fallbacks, ...primary].map((ref) => [refKey(ref), ref])).values()];
}
