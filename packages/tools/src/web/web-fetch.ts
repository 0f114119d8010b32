import type { Config } from '@chela/config';
import type { Clock } from '@chela/observability';
import { optionalNumber, requiredText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { errorMessage, ToolInputError } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import { wrapExternal } from './external-content.ts';
import { type Extract, type ExtractMode, extractPage } from './extract.ts';
import { scrapePage } from './firecrawl.ts';
import { guardedFetch, type Page } from './guarded-fetch.ts';
import { htmlToMarkdown, markdownToText } from './html-text.ts';
import { createPageCache } from './page-cache.ts';
import type { TargetGuard } from './target-guard.ts';
import type { SearchFetch } from './web-search.ts';
import { boundedNumber, cacheTtlMs, requestTimeoutMs, sectionText, webSection } from './web-settings.ts';

const MAX_CHARS = 50_000;
const MIN_CHARS = 100;
const BODY_DEFAULT_BYTES = 2_000_000;
const BODY_MIN_BYTES = 32_000;
const BODY_MAX_BYTES = 10_000_000;
const REDIRECTS = 3;
const ERROR_BODY_BYTES = 64_000;
const ERROR_CHARS = 4000;
const USER_AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7_2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36';

type Payload = Readonly<Record<string, unknown>>;

/** The readable part of a page and where it came from. */
interface ReadPage extends Omit<Extract, 'extractor'> {
  readonly extractor: Extract['extractor'] | 'firecrawl';
  readonly finalUrl: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly bodyCut: boolean;
  readonly warning: string | undefined;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ToolInputError('Invalid URL: must be http or https');
  }
  return url;
}

function decode(page: Page): string {
  const charset = /charset=["']?([\w-]+)/i.exec(page.contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(page.body);
  } catch {
    // An encoding nobody knows.
    return page.body.toString('utf8');
  }
}

function fetchError(page: Page): Error {
  const body = decode({ ...page, body: page.body.subarray(0, ERROR_BODY_BYTES) });
  const readable = page.contentType?.includes('html') ? htmlToMarkdown(body) : body.trim();
  const detail = readable.slice(0, ERROR_CHARS) || page.statusText || 'no further information';
  return new Error(`Web fetch failed (${page.status}): ${wrapExternal(detail, 'Web Fetch', false)}`);
}

function webFetchSummary(args: ToolArguments): string | undefined {
  if (typeof args.url !== 'string' || args.url.trim() === '') return undefined;
  const notes = [
    ...(typeof args.extractMode === 'string' ? [`mode ${args.extractMode}`] : []),
    ...(typeof args.maxChars === 'number' ? [`max ${Math.floor(args.maxChars)} chars`] : []),
  ];
  return notes.length === 0 ? `from ${args.url.trim()}` : `from ${args.url.trim()} (${notes.join(', ')})`;
}

/** The `web_fetch` tool (reference agent/tools.md ). */
export function createWebFetchTool(deps: {
  readonly config: () => Config;
  readonly clock: Clock;
  readonly guard: TargetGuard;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For the scraping service. */
  readonly fetch: SearchFetch;
}): BuiltInTool {
  const cache = createPageCache<Payload>(deps.clock);

  function scraper(): Parameters<typeof scrapePage>[0] | undefined {
    const apiKey = deps.env.FIRECRAWL_API_KEY?.trim();
    return apiKey ? { fetch: deps.fetch, apiKey } : undefined;
  }

  async function readDirectly(url: URL, mode: ExtractMode, signal: AbortSignal): Promise<ReadPage> {
    const settings = webSection(deps.config(), 'fetch');
    const page = await guardedFetch(
      {
        url,
        headers: {
          Accept: 'text/markdown, text/html;q=0.9, */*;q=0.1',
          'Accept-Language': 'en-US,en;q=0.9',
          'User-Agent': sectionText(settings, 'userAgent') ?? USER_AGENT,
        },
        maxRedirects: boundedNumber(settings.maxRedirects, REDIRECTS, 0, 20),
        timeoutMs: requestTimeoutMs(settings),
        maxBytes: boundedNumber(settings.maxResponseBytes, BODY_DEFAULT_BYTES, BODY_MIN_BYTES, BODY_MAX_BYTES),
        signal,
      },
      deps.guard,
    );
    if (page.status < 200 || page.status >= 300) throw fetchError(page);
    const contentType = (page.contentType ?? 'application/octet-stream').toLowerCase();
    return {
      ...(await extractPage(decode(page), contentType, mode, settings.readability !== false)),
      finalUrl: page.finalUrl,
      status: page.status,
      contentType: contentType.split(';')[0]?.trim(),
      bodyCut: page.bodyCut,
      warning: page.bodyCut ? `Only the first ${page.body.byteLength} bytes of the response were read.` : undefined,
    };
  }

  async function readByService(url: URL, mode: ExtractMode, signal: AbortSignal): Promise<ReadPage> {
    const service = scraper();
    if (service === undefined) throw new Error('no scraping service');
    const settings = webSection(deps.config(), 'fetch');
    const page = await scrapePage(service, url, requestTimeoutMs(settings), signal);
    return {
      text: mode === 'text' ? markdownToText(page.markdown) : page.markdown,
      title: page.title,
      extractor: 'firecrawl',
      finalUrl: page.finalUrl,
      status: page.status ?? 200,
      contentType: 'text/markdown',
      bodyCut: false,
      warning: page.warning,
    };
  }

  /** The page itself; when it refuses or has no readable part, what the scraping service sees, if there is one. */
  async function read(url: URL, mode: ExtractMode, signal: AbortSignal): Promise<ReadPage> {
    if (scraper() === undefined) return readDirectly(url, mode, signal);
    // An address that may not be asked from here is nobody else's business either.
    await deps.guard.resolve(url);
    let direct: ReadPage | undefined;
    let problem: unknown;
    try {
      direct = await readDirectly(url, mode, signal);
    } catch (error) {
      signal.throwIfAborted();
      problem = error;
    }
    if (direct !== undefined && direct.extractor !== 'html') return direct;
    return readByService(url, mode, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (direct !== undefined) return direct;
      throw new Error(`${errorMessage(problem)}; ${errorMessage(error)}`);
    });
  }

  async function load(
    { url, asked }: { readonly url: URL; readonly asked: string },
    mode: ExtractMode,
    maxChars: number,
    signal: AbortSignal,
  ): Promise<Payload> {
    const startedAt = deps.clock.now();
    const page = await read(url, mode, signal);
    // Where the notice would leave no room for the page, the markers alone must do.
    const notice = wrapExternal('', 'Web Fetch', true).length < maxChars;
    const room = Math.max(0, maxChars - wrapExternal('', 'Web Fetch', notice).length);
    const cut = page.text.slice(0, room);
    const text = wrapExternal(cut, 'Web Fetch', notice);
    return {
      url: asked,
      finalUrl: page.finalUrl === url.href ? asked : page.finalUrl,
      status: page.status,
      contentType: page.contentType,
      title: page.title === undefined ? undefined : wrapExternal(page.title, 'Web Fetch', false),
      extractMode: mode,
      extractor: page.extractor,
      externalContent: { untrusted: true, source: 'web_fetch', wrapped: true },
      truncated: page.bodyCut || cut.length < page.text.length,
      length: text.length,
      rawLength: cut.length,
      wrappedLength: text.length,
      fetchedAt: new Date(deps.clock.now()).toISOString(),
      tookMs: deps.clock.now() - startedAt,
      text,
      warning: page.warning,
    };
  }

  async function run(args: ToolArguments, context: CallContext) {
    const settings = webSection(deps.config(), 'fetch');
    const asked = requiredText(args, 'url');
    const url = parseUrl(asked);
    const mode: ExtractMode = args.extractMode === 'text' ? 'text' : 'markdown';
    const cap = boundedNumber(settings.maxCharsCap, MAX_CHARS, MIN_CHARS, Number.MAX_SAFE_INTEGER);
    const configured = boundedNumber(settings.maxChars, MAX_CHARS, MIN_CHARS, cap);
    const maxChars = boundedNumber(optionalNumber(args, 'maxChars'), configured, MIN_CHARS, cap);
    const key = `${url.href}:${mode}:${maxChars}`;
    const known = cache.get(key);
    if (known !== undefined) return jsonResult({ ...known, cached: true });
    const payload = await load({ url, asked }, mode, maxChars, context.signal);
    cache.put(key, payload, cacheTtlMs(settings));
    return jsonResult(payload);
  }

  return {
    name: 'web_fetch',
    description:
      'Get a web page (http or https) and return its readable text as markdown or plain text. Runs no scripts; private and local addresses are refused.',
    parameters: contractParameters('web_fetch'),
    sideEffects: 'none',
    summary: webFetchSummary,
    run,
  };
}
