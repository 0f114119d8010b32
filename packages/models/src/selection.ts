import type { ModelRef } from './driver.ts';
import { BUILT_IN_CLI_BACKENDS } from './drivers/cli/backend.ts';
import { DEFAULT_REF, makeRef, normalizeProvider, parseModelRef, refKey } from './refs.ts';
import type { ModelSettings } from './settings.ts';

/** What the rules need to know of a catalog row. */
export interface KnownModel {
  readonly provider: string;
  readonly id: string;
  readonly reasoning?: boolean;
}

/** Parses a reference; an input without a slash may be an alias, which beats the literal (reference agent/models.md §2.5). */
export function resolveRef(
  raw: string,
  settings: ModelSettings,
  defaultProvider = DEFAULT_REF.provider,
): ModelRef | undefined {
  const text = raw.trim();
  if (text === '') return undefined;
  if (text.includes('/')) return parseModelRef(text, defaultProvider);
  return aliasTarget(text, settings, defaultProvider) ?? parseModelRef(text, defaultProvider);
}

/** The reference behind an alias of `agents.defaults.models`; later entries win over earlier ones of the same alias. */
export function aliasTarget(text: string, settings: ModelSettings, defaultProvider: string): ModelRef | undefined {
  const wanted = text.trim().toLowerCase();
  const entry = settings.entries.findLast(
    ({ key, alias }) => alias?.toLowerCase() === wanted && parseModelRef(key, defaultProvider) !== undefined,
  );
  return entry === undefined ? undefined : parseModelRef(entry.key, defaultProvider);
}

/** The alias of a reference, as the file spells it. */
export function aliasOf(ref: ModelRef, settings: ModelSettings): string | undefined {
  return settings.entries.find(({ key, alias }) => {
    const parsed = alias === undefined ? undefined : parseModelRef(key, DEFAULT_REF.provider);
    return parsed !== undefined && refKey(parsed) === refKey(ref);
  })?.alias;
}

/**
 * The model of `agents.defaults.model`, replaced by the agent's own when it has one (reference agent/models.md §2.6).
 * A primary without a slash that is no alias means Anthropic, whatever the default provider is.
 */
export function configuredRef(settings: ModelSettings, fallback: ModelRef, agentId?: string): ModelRef {
  const own = agentId === undefined ? undefined : settings.agents[agentId.trim().toLowerCase()]?.primary;
  const primary = own ?? settings.defaults.primary;
  if (primary === undefined) return fallback;
  if (primary.includes('/')) return parseModelRef(primary, fallback.provider) ?? fallback;
  return aliasTarget(primary, settings, fallback.provider) ?? { provider: DEFAULT_REF.provider, model: primary };
}

/** Whether a primary model is written down for an agent or for all of them. */
export function hasConfiguredPrimary(settings: ModelSettings, agentId: string): boolean {
  return (settings.agents[agentId.trim().toLowerCase()]?.primary ?? settings.defaults.primary) !== undefined;
}

/** The keys that may be used, or undefined when everything may (reference agent/models.md §2.7). */
export function allowedKeys(
  settings: ModelSettings,
  catalog: readonly KnownModel[],
  defaultRef: ModelRef | undefined,
): ReadonlySet<string> | undefined {
  if (settings.entries.length === 0) return undefined;
  const known = new Set(catalog.map((row) => refKey(makeRef(row.provider, row.id))));
  const callable = new Set(
    [...BUILT_IN_CLI_BACKENDS, ...Object.keys(settings.cliBackends), ...settings.providers.map(({ id }) => id)].map(
      normalizeProvider,
    ),
  );
  const keys = new Set<string>();
  for (const { key } of settings.entries) {
    const ref = parseModelRef(key, defaultRef?.provider ?? DEFAULT_REF.provider);
    if (ref !== undefined && (callable.has(ref.provider) || known.has(refKey(ref)))) keys.add(refKey(ref));
  }
  if (defaultRef !== undefined) keys.add(refKey(defaultRef));
  return keys.size === 0 ? undefined : keys;
}

export type AllowedRef = { readonly ref: ModelRef; readonly key: string } | { readonly error: string };

/** Parses what a person wrote and checks it against the allowlist, with the protocol's error texts. */
export function resolveAllowedRef(
  raw: string,
  settings: ModelSettings,
  catalog: readonly KnownModel[],
  defaultRef: ModelRef,
): AllowedRef {
  const text = raw.trim();
  if (text === '') return { error: 'invalid model: empty' };
  const ref = resolveRef(text, settings, defaultRef.provider);
  if (ref === undefined) return { error: `invalid model: ${text}` };
  const key = refKey(ref);
  const allowed = allowedKeys(settings, catalog, defaultRef);
  return allowed === undefined || allowed.has(key) ? { ref, key } : { error: `model not allowed: ${key}` };
}

/** The thinking level of a model when nobody chose one (reference agent/models.md §2.8). */
export function thinkingDefault(settings: ModelSettings, ref: ModelRef, catalog: readonly KnownModel[]): string {
  if (settings.thinkingDefault !== undefined) return settings.thinkingDefault;
  const row = catalog.find(({ provider, id }) => provider === ref.provider && id === ref.model);
  return row?.reasoning === true ? 'low' : 'off';
}
