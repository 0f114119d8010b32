import { isRecord } from '../call/arguments.ts';
import { boundedText } from './bounded-text.ts';
import { wrapExternal } from './external-content.ts';
import type { SearchFetch } from './web-search.ts';

/** A page as the scraping service saw it. */
export interface ScrapedPage {
  readonly markdown: string;
  readonly title: string | undefined;
  readonly finalUrl: string;
  readonly status: number | undefined;
  readonly warning: string | undefined;
}

const ENDPOINT = 'https://api.firecrawl.dev/v2/scrape';
/** The service may answer with a copy of the page that is two days old. */
const MAX_AGE_MS = 172_800_000;
const ERROR_CHARS = 4_000;

function textAt(value: unknown, key: string): string | undefined {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** Has Firecrawl read a page that could not be read from here (reference agent/tools.md ). Throws when it cannot either. */
export async function scrapePage(
  deps: { readonly fetch: SearchFetch; readonly apiKey: string },
  url: URL,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ScrapedPage> {
  const response = await deps.fetch(ENDPOINT, {
    method: 'POST',
    headers: { Authorization: `Bearer ${deps.apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      url: url.href,
      formats: ['markdown'],
      onlyMainContent: true,
      timeout: timeoutMs,
      maxAge: MAX_AGE_MS,
    }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const text = await boundedText(response, 'the scraping service');
  if (!response.ok) {
    const detail = wrapExternal(text.slice(0, ERROR_CHARS), 'Web Fetch', false);
    throw new Error(`Firecrawl fetch failed (${response.status}): ${detail}`);
  }
  const answer: unknown = JSON.parse(text);
  const data = isRecord(answer) && answer.success !== false ? answer.data : undefined;
  const markdown = textAt(data, 'markdown');
  if (markdown === undefined) throw new Error(`Firecrawl returned no text for ${url.href}`);
  const metadata = isRecord(data) ? data.metadata : undefined;
  const status = isRecord(metadata) && typeof metadata.statusCode === 'number' ? metadata.statusCode : undefined;
  return {
    markdown,
    title: textAt(metadata, 'title'),
    finalUrl: textAt(metadata, 'sourceURL') ?? url.href,
    status,
    warning: textAt(answer, 'warning'),
  };
}
