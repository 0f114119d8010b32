import type { CatalogEntry, ModelRef } from '@chela/models';
import type { CommandAnswer } from './command.ts';

/**
 * Lists to leaf through below one message: the gateway's commands, the providers and their models. The buttons say what the
 * contract's clients know (reference channels/telegram.md §3 "Callback queries"). Pure.
 */

type Menu = NonNullable<CommandAnswer['buttons']>;
type Key = Menu[number][number];

const PROVIDER_COLUMNS = 2;
const MODELS_A_PAGE = 8;
/** What the vendor takes as a button's data. */
const DATA_BYTES = 64;

/** A button a provider, with the number of its models. */
export function providersMenu(entries: readonly CatalogEntry[]): Menu {
  const counts = Map.groupBy(entries, ({ provider }) => provider);
  const keys = [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([provider, { length }]) => key(`${provider} (${length})`, `mdl_list_${provider}_1`));
  return rowsOf(keys, PROVIDER_COLUMNS);
}

export interface ModelsPage {
  readonly models: readonly CatalogEntry[];
  readonly page: number;
  readonly pages: number;
}

/** A page of a provider's models; a page that is not there is the nearest that is. */
export function modelsPage(models: readonly CatalogEntry[], wanted: number): ModelsPage {
  const pages = Math.max(1, Math.ceil(models.length / MODELS_A_PAGE));
  const page = Math.min(pages, Math.max(1, wanted));
  return { models: models.slice((page - 1) * MODELS_A_PAGE, page * MODELS_A_PAGE), page, pages };
}

/** A button a model, the current one marked; below them the way through the pages and back to the providers. */
export function modelsMenu(provider: string, { models, page, pages }: ModelsPage, current: ModelRef): Menu {
  const keys = models.map(({ id }) => {
    const isCurrent = provider === current.provider && id === current.model;
    return [key(isCurrent ? `${id} ✓` : id, `mdl_sel_${provider}/${id}`)];
  });
  const turning = pageKeys(page, pages, (to) => `mdl_list_${provider}_${to}`);
  const known = keys.filter(([model]) => Buffer.byteLength(model?.callback_data ?? '') <= DATA_BYTES);
  return [...known, ...(pages > 1 ? [turning] : []), [key('<< Back', 'mdl_back')]];
}

/** The way through the pages of the command list. */
export function commandsMenu(page: number, pages: number, agentId: string): Menu {
  return pages > 1 ? [pageKeys(page, pages, (to) => `commands_page_${to}:${agentId}`)] : [];
}

/** The way to the lists from the answer that names the model in use. */
export const BROWSE_MODELS: Menu = [[key('Browse providers', 'mdl_prov')]];

function pageKeys(page: number, pages: number, data: (to: number | 'noop') => string): readonly Key[] {
  return [
    ...(page > 1 ? [key('◀ Prev', data(page - 1))] : []),
    key(`${page}/${pages}`, data('noop')),
    ...(page < pages ? [key('Next ▶', data(page + 1))] : []),
  ];
}

function key(text: string, data: string): Key {
  return { text, callback_data: data };
}

function rowsOf(keys: readonly Key[], columns: number): Menu {
  const rows = Math.ceil(keys.length / columns);
  return Array.from({ length: rows }, (_, row) => keys.slice(row * columns, (row + 1) * columns));
}
