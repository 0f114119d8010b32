import { knownProvider } from './catalog/known-providers.ts';
import type { ModelRef } from './driver.ts';
import { normalizeProvider, refKey } from './refs.ts';
import { resolveRef } from './selection.ts';
import type { CatalogEntry } from './service.ts';
import type { ModelSettings } from './settings.ts';

/** Models that see, of providers whose primary model may not (reference agent/tools.md `image`). */
const SEEING: Readonly<Record<string, string>> = {
  minimax: 'MiniMax-VL-01',
  zai: 'glm-4.6v',
  openai: 'gpt-5-mini',
  anthropic: 'claude-opus-4-6',
};
const USUAL_FALLBACKS: readonly ModelRef[] = [
  { provider: 'openai', model: 'gpt-5-mini' },
  { provider: 'anthropic', model: 'claude-opus-4-5' },
];
const LAST_RESORTS: readonly ModelRef[] = [
  { provider: 'openai', model: 'gpt-5-mini' },
  { provider: 'anthropic', model: 'claude-opus-4-6' },
  { provider: 'anthropic', model: 'claude-opus-4-5' },
];

/**
 * The models that look at images, first choice first: `agents.defaults.imageModel`, else one of the primary model's
 * provider, else one of those whose credential is at hand. Empty: nothing here can look at images.
 */
export function chooseImageModels(input: {
  readonly settings: ModelSettings;
  readonly rows: readonly CatalogEntry[];
  readonly primary: ModelRef;
  readonly hasCredential: (provider: string) => boolean;
}): readonly ModelRef[] {
  const { settings, primary, hasCredential } = input;
  const { primary: written, fallbacks = [] } = settings.imageModel;
  const configured = [...(written === undefined ? [] : [written]), ...fallbacks].flatMap(
    (name) => resolveRef(name, settings) ?? [],
  );
  if (configured.length > 0) return unique(configured);
  const own = hasCredential(primary.provider) ? ofProvider(input) : undefined;
  if (own !== undefined) return unique([own, ...USUAL_FALLBACKS.filter(({ provider }) => hasCredential(provider))]);
  return LAST_RESORTS.filter(({ provider }) => hasCredential(provider));
}

function ofProvider({ settings, primary, rows }: Parameters<typeof chooseImageModels>[0]): ModelRef | undefined {
  const { provider } = primary;
  const usual = SEEING[provider];
  if (provider === 'minimax' && usual !== undefined) return { provider, model: usual };
  const written = settings.providers.some(({ id }) => normalizeProvider(id) === provider);
  const seeing = written
    ? rows.find((row) => row.provider === provider && row.input?.includes('image') === true)
    : undefined;
  if (seeing !== undefined) return { provider, model: seeing.id };
  if (usual !== undefined) return { provider, model: usual };
  const known = knownProvider(provider)?.models.find(({ input }) => input.includes('image'));
  return known === undefined ? undefined : { provider, model: known.id };
}

function unique(refs: readonly ModelRef[]): readonly ModelRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
}
