import { filledString, finiteNumber, listOf } from '../json-shape.ts';
import { normalizeProvider } from '../refs.ts';
import type { CatalogEntry } from '../service.ts';
import type { ModelSettings } from '../settings.ts';
import type { DiscoveredProvider } from './discovered-models.ts';
import { KNOWN_PROVIDERS, type KnownProviderModel } from './known-providers.ts';
import type { LocalServer } from './local-servers.ts';
import { DEMO_REF, resolveModel } from './resolve-model.ts';

/**
 * The rows of `models.list`: configured models over known ones, those providers told of, local servers and the
 * demonstration, by provider and name.
 */
export function listModels(
  settings: ModelSettings,
  local: readonly LocalServer[],
  discovered: readonly DiscoveredProvider[],
): readonly CatalogEntry[] {
  const told = discovered.map(({ provider, models }) => ({ id: provider, models }));
  const known =
    settings.mode === 'replace'
      ? []
      : [...told, ...KNOWN_PROVIDERS].flatMap(({ id: provider, models }) =>
          models.map((model) => knownRow(provider, model)),
        );
  const found = local.flatMap((server) =>
    server.models.map((model) => row({ provider: server.provider, model }, settings, local)),
  );
  const configured = settings.providers.flatMap((provider) =>
    provider.models.map((model): CatalogEntry => {
      const id = filledString(model.id) ?? '';
      const contextWindow = finiteNumber(model.contextWindow);
      return {
        id,
        name: filledString(model.name) ?? id,
        provider: normalizeProvider(provider.id),
        ...(contextWindow === undefined ? {} : { contextWindow }),
        reasoning: model.reasoning === true,
        input: listOf(model.input).includes('image') ? ['text', 'image'] : ['text'],
      };
    }),
  );
  const rows = new Map(
    [row(DEMO_REF, settings, local), ...known, ...found, ...configured].map((entry) => [
      `${entry.provider}/${entry.id}`,
      entry,
    ]),
  );
  return [...rows.values()].toSorted((a, b) => compare(a.provider, b.provider) || compare(a.name, b.name));
}

function knownRow(provider: string, { id, name, contextWindow, reasoning, input }: KnownProviderModel): CatalogEntry {
  return { id, name, provider, contextWindow, reasoning, input };
}

function row(
  ref: { readonly provider: string; readonly model: string },
  settings: ModelSettings,
  local: readonly LocalServer[],
): CatalogEntry {
  const { name, contextWindow, reasoning, input } = resolveModel(ref, settings, local);
  return { id: ref.model, name, provider: ref.provider, contextWindow, reasoning, input };
}

function compare(a: string, b: string): number {
  return a.localeCompare(b);
}
