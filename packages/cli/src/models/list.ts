import {
  type CatalogEntry,
  configuredRef,
  DEFAULT_REF,
  listModels,
  type ModelRef,
  type ModelSettings,
  normalizeProvider,
  parseModelRef,
  refKey,
  resolveRef,
} from '@chela/models';
import type { CliContext } from '../context.ts';
import { type ModelDesk, openModelDesk } from './model-desk.ts';
import { withModels } from './with-models.ts';

export interface ModelsListFlags {
  readonly all?: boolean;
  readonly local?: boolean;
  readonly provider?: string;
  readonly json?: boolean;
  readonly plain?: boolean;
}

/** One row, in the members scripts read (reference cli/cli.md §4 models). */
interface ModelRow {
  readonly key: string;
  readonly name: string;
  readonly input: string;
  readonly contextWindow: number | null;
  readonly local: boolean;
  readonly available: boolean;
  readonly tags: readonly string[];
  readonly missing: boolean;
}

const COLUMNS = { model: 42, input: 10, context: 8, local: 5, auth: 5 } as const;
const KIBI_TOKENS = 1024;

/** `models list`. */
export async function modelsList(context: CliContext, flags: ModelsListFlags): Promise<void> {
  const desk = await openModelDesk(context, undefined);
  const rows = (await modelRows(context, desk, flags.all === true)).filter(
    (row) =>
      (flags.local !== true || row.local) &&
      (flags.provider === undefined || row.key.startsWith(`${normalizeProvider(flags.provider)}/`)),
  );
  if (flags.json) return context.output.json({ count: rows.length, models: rows });
  if (rows.length === 0) return context.output.line('No models found.');
  if (flags.plain) {
    for (const { key } of rows) context.output.line(key);
    return;
  }
  context.output.line(line('Model', 'Input', 'Ctx', 'Local', 'Auth', 'Tags'));
  for (const row of rows) {
    const size = row.contextWindow === null ? '-' : `${Math.round(row.contextWindow / KIBI_TOKENS)}k`;
    context.output.line(line(row.key, row.input, size, yesNo(row.local), yesNo(row.available), row.tags.join(',')));
  }
}

function line(model: string, input: string, context: string, local: string, auth: string, tags: string): string {
  const cells = [
    cell(model, COLUMNS.model),
    cell(input, COLUMNS.input),
    cell(context, COLUMNS.context),
    cell(local, COLUMNS.local),
    cell(auth, COLUMNS.auth),
  ];
  return `${cells.join(' ')} ${tags}`.trimEnd();
}

function cell(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

async function modelRows(context: CliContext, desk: ModelDesk, all: boolean): Promise<readonly ModelRow[]> {
  const { settings } = desk;
  const entries = all ? await withModels(context, desk, (models) => models.catalog()) : listModels(settings, [], []);
  const catalog = new Map(entries.map((entry) => [refKey({ provider: entry.provider, model: entry.id }), entry]));
  const tags = taggedModels(settings);
  const { providers } = await desk.auth.overview(desk.agentId);
  const usable = new Set(
    providers.filter(({ effective }) => effective.kind !== 'missing').map(({ provider }) => provider),
  );
  const local = new Set(
    settings.providers.filter(({ baseUrl }) => isLocal(baseUrl)).map(({ id }) => normalizeProvider(id)),
  );
  const keys = all ? [...new Set([...tags.keys(), ...catalog.keys()])] : [...tags.keys()];
  return keys.map((key) => {
    const entry = catalog.get(key);
    const provider = key.slice(0, key.indexOf('/'));
    return {
      key,
      name: entry?.name ?? key,
      input: inputText(entry),
      contextWindow: entry?.contextWindow ?? null,
      local: local.has(provider) || provider === 'demo',
      available: usable.has(provider) || provider === 'demo',
      tags: tags.get(key) ?? [],
      missing: entry === undefined && !settings.providers.some(({ id }) => normalizeProvider(id) === provider),
    };
  });
}

/** What each configured model is for: default, fallbacks, image models, entries, aliases. */
function taggedModels(settings: ModelSettings): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>();
  const add = (ref: ModelRef | undefined, tag: string): void => {
    if (ref !== undefined) tags.set(refKey(ref), [...(tags.get(refKey(ref)) ?? []), tag]);
  };
  add(configuredRef(settings, DEFAULT_REF), 'default');
  for (const [index, name] of (settings.defaults.fallbacks ?? []).entries())
    add(resolveRef(name, settings), `fallback#${index + 1}`);
  if (settings.imageModel.primary !== undefined) add(resolveRef(settings.imageModel.primary, settings), 'image');
  for (const [index, name] of (settings.imageModel.fallbacks ?? []).entries())
    add(resolveRef(name, settings), `img-fallback#${index + 1}`);
  for (const { key, alias } of settings.entries) {
    const ref = parseModelRef(key, DEFAULT_REF.provider);
    add(ref, 'configured');
    if (alias !== undefined) add(ref, `alias:${alias}`);
  }
  return tags;
}

function inputText(entry: CatalogEntry | undefined): string {
  return entry === undefined ? '-' : (entry.input ?? ['text']).join('+');
}

function isLocal(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return (
    host === 'localhost' || host === '0.0.0.0' || host === '[::1]' || host.endsWith('.local') || host.startsWith('127.')
  );
}
