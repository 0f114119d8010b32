import { htmlTitle, htmlToMarkdown, markdownToText } from './html-text.ts';

export type ExtractMode = 'markdown' | 'text';
type Extractor = 'cf-markdown' | 'readability' | 'html' | 'json' | 'raw';

export interface Extract {
  readonly text: string;
  readonly title: string | undefined;
  readonly extractor: Extractor;
}

const READABILITY_MAX_CHARS = 1_000_000;
const READABILITY_MAX_DEPTH = 3000;

/** The deepest nesting of tags, cheaply; broken pages may nest so deep that a parser gives up. */
function nestingDepth(html: string): number {
  const closedByItself = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i;
  let depth = 0;
  let deepest = 0;
  for (const [whole, slash, name] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)\b[^>]*>/gi)) {
    if (name === undefined || closedByItself.test(name) || whole.endsWith('/>')) continue;
    depth = Math.max(0, depth + (slash === '/' ? -1 : 1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

async function readable(
  html: string,
): Promise<{ readonly title: string | undefined; readonly html: string } | undefined> {
  if (html.length > READABILITY_MAX_CHARS || nestingDepth(html) > READABILITY_MAX_DEPTH) return undefined;
  const [{ parseHTML }, { Readability }] = await Promise.all([import('linkedom'), import('@mozilla/readability')]);
  const { document } = parseHTML(html);
  const article = new Readability(document, { charThreshold: 0 }).parse();
  return article?.content ? { title: article.title || undefined, html: article.content } : undefined;
}

function shaped(markdown: string, mode: ExtractMode): string {
  return mode === 'text' ? markdownToText(markdown) : markdown;
}

async function extractHtml(body: string, mode: ExtractMode, useReadability: boolean): Promise<Extract> {
  // A page that the extractor cannot cope with is still worth its plain text.
  const article = useReadability ? await readable(body).catch(() => undefined) : undefined;
  const markdown = article === undefined ? '' : htmlToMarkdown(article.html);
  if (article !== undefined && markdown !== '') {
    return { text: shaped(markdown, mode), title: article.title ?? htmlTitle(body), extractor: 'readability' };
  }
  return { text: shaped(htmlToMarkdown(body), mode), title: htmlTitle(body), extractor: 'html' };
}

function prettyJson(body: string): Extract {
  try {
    return { text: JSON.stringify(JSON.parse(body), null, 2), title: undefined, extractor: 'json' };
  } catch {
    return { text: body, title: undefined, extractor: 'raw' };
  }
}

/** The readable part of a page by its content type (reference agent/tools.md ). */
export async function extractPage(
  body: string,
  contentType: string,
  mode: ExtractMode,
  useReadability: boolean,
): Promise<Extract> {
  if (contentType.includes('text/markdown')) {
    return { text: shaped(body, mode), title: undefined, extractor: 'cf-markdown' };
  }
  if (contentType.includes('text/html') || /^\s*(?:<!doctype html|<html)/i.test(body)) {
    return extractHtml(body, mode, useReadability);
  }
  if (contentType.includes('application/json')) return prettyJson(body);
  return { text: body, title: undefined, extractor: 'raw' };
}
