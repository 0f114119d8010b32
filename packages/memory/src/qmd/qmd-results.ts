import { isAbsolute, join, relative, sep } from 'node:path';
import { isRecord, list, num, str } from '../fields.ts';
import type { Found } from '../query/merge-hybrid.ts';
import type { QmdCollection, QmdSettings } from './qmd-settings.ts';

/** Before the collection's name in the path of a result that lies outside the workspace. */
const PATH_PREFIX = 'qmd/';

/** The results the program printed, within the limits. Throws when it printed something else. */
export function readQmdResults(printed: string, settings: QmdSettings): readonly Found[] {
  const text = printed.trim();
  if (text === '' || /^no results/i.test(text)) return [];
  const { maxSnippetChars, maxInjectedChars } = settings.limits;
  let left = maxInjectedChars;
  return list(parse(text)).flatMap((entry): readonly Found[] => {
    const found = isRecord(entry) ? readResult(entry, settings) : undefined;
    if (found === undefined || left <= 0) return [];
    const snippet = found.snippet.slice(0, Math.min(maxSnippetChars, left));
    left -= snippet.length;
    return [{ ...found, snippet }];
  });
}

function parse(text: string): unknown {
  // Some builds print a line about their models first.
  const start = text.indexOf('[');
  if (start < 0) throw new Error('qmd printed no list of results');
  return JSON.parse(text.slice(start));
}

function readResult(entry: Readonly<Record<string, unknown>>, settings: QmdSettings): Found | undefined {
  const match = /^qmd:\/\/([^/]+)\/(.+)$/.exec(str(entry.file) ?? '');
  const collection = settings.collections.find(({ name }) => name === match?.[1]);
  const inner = match?.[2];
  if (collection === undefined || inner === undefined) return undefined;
  const raw = str(entry.snippet) ?? str(entry.body) ?? '';
  const [head, at, count] = /^@@ -(\d+)(?:,(\d+))? @@[^\n]*\n*/.exec(raw) ?? [];
  const snippet = raw.slice(head?.length ?? 0).trim();
  const startLine = at === undefined ? 1 : Number(at);
  const lines = count === undefined ? snippet.split('\n').length : Number(count);
  return {
    path: shownPath(collection, inner, settings.workspaceDir),
    startLine,
    endLine: startLine + Math.max(1, lines) - 1,
    score: num(entry.score) ?? 0,
    snippet,
    source: collection.source,
  };
}

/** Relative to the workspace where the file lies in it, else below the collection's name. */
function shownPath({ name, path }: QmdCollection, inner: string, workspaceDir: string): string {
  const way = relative(workspaceDir, join(path, inner));
  const isInside = !way.startsWith('..') && !isAbsolute(way);
  return isInside ? way.replaceAll(sep, '/') : `${PATH_PREFIX}${name}/${inner}`;
}

/** The collection and the path in it that a result's path names; undefined for a path of the workspace. */
export function placeInCollection(
  path: string,
  collections: readonly QmdCollection[],
): { readonly collection: QmdCollection; readonly inner: string } | undefined {
  if (!path.startsWith(PATH_PREFIX)) return undefined;
  const [, name, ...rest] = path.split('/');
  const collection = collections.find((one) => one.name === name);
  return collection === undefined ? undefined : { collection, inner: rest.join('/') };
}
