import type { CatalogEntry } from '@chela/models';

export const SWITCH_MODEL = 'Switch: /model <provider/model>';

/** The providers with the number of their models. */
export function providersText(entries: readonly CatalogEntry[]): string {
  const counts = new Map<string, number>();
  for (const { provider } of entries) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  const lines = [...counts].toSorted(([a], [b]) => a.localeCompare(b)).map(([provider, n]) => `- ${provider} (${n})`);
  return ['Providers:', ...lines, '', 'Models of one: /models <provider>', SWITCH_MODEL].join('\n');
}
