import type { CatalogEntry } from '@chela/models';
import { overrideOf } from '../turn/prepare-turn.ts';
import { modelsMenu, modelsPage, providersMenu } from './browse-menu.ts';
import type { CommandAnswer, CommandContext, CommandHandler } from './command.ts';

/** `/models [provider] [page|all]`: what there is to choose from (reference agent/models.md §2.9). */

const PAGE_SIZE = 20;
const ALL_MAX = 1_000;
const SWITCH = 'Switch: /model <provider/model>';

export const answerModels: CommandHandler = async (context, args) => {
  const entries = await context.deps.models.catalog();
  const [name, page] = args.toLowerCase().split(/\s+/);
  const isMenu = context.request.inbound?.isNativeCommand === true;
  if (name === undefined || name === '') {
    return isMenu ? { text: 'Choose a provider:', buttons: providersMenu(entries) } : { text: providersText(entries) };
  }
  const models = entries.filter(({ provider }) => provider.toLowerCase() === name);
  if (models.length === 0) return { text: unknownText(entries, name) };
  return isMenu ? menuPage(context, models, numberOf(page)) : { text: pageText(models, name, page) };
};

/** The same list with a button a model, for channels with menus. */
async function menuPage(
  { deps, request, session }: CommandContext,
  models: readonly CatalogEntry[],
  wanted: number,
): Promise<CommandAnswer> {
  const provider = models[0]?.provider ?? '';
  const current = overrideOf(session.entry) ?? (await deps.models.defaultRef(request.agentId));
  return {
    text: `Models of ${provider}: ${models.length} available`,
    buttons: modelsMenu(provider, modelsPage(models, wanted), current),
  };
}

/** The number of a page as it was asked for; the first for anything else. */
function numberOf(asked: string | undefined): number {
  const page = Number.parseInt(asked?.replace(/^page=?/, '') ?? '1', 10);
  return Number.isNaN(page) ? 1 : page;
}

/** The providers with the number of their models. */
export function providersText(entries: readonly CatalogEntry[]): string {
  const counts = new Map<string, number>();
  for (const { provider } of entries) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  const lines = [...counts].toSorted(([a], [b]) => a.localeCompare(b)).map(([provider, n]) => `- ${provider} (${n})`);
  return ['Providers:', ...lines, '', 'Models of one: /models <provider>', SWITCH].join('\n');
}

function unknownText(entries: readonly CatalogEntry[], name: string): string {
  const known = [...new Set(entries.map(({ provider }) => provider))].toSorted();
  return [
    `No provider is called ${name}`,
    '',
    'There are:',
    ...known.map((provider) => `- ${provider}`),
    '',
    'Models of one: /models <provider>',
  ].join('\n');
}

function pageText(models: readonly CatalogEntry[], name: string, asked: string | undefined): string {
  const size = asked === 'all' ? ALL_MAX : PAGE_SIZE;
  const pages = Math.max(1, Math.ceil(models.length / size));
  const page = Math.min(pages, Math.max(1, numberOf(asked)));
  const from = (page - 1) * size;
  const shown = models.slice(from, from + size);
  return [
    `Models of ${name}: ${from + 1}-${from + shown.length} of ${models.length} (page ${page}/${pages})`,
    ...shown.map(({ provider, id }) => `- ${provider}/${id}`),
    '',
    SWITCH,
    ...(page < pages ? [`More: /models ${name} ${page + 1}`] : []),
    `All: /models ${name} all`,
  ].join('\n');
}
