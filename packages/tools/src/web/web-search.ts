import type { Config } from '@chela/config';
import type { Clock } from '@chela/observability';
import { optionalNumber, optionalText, requiredText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { ToolResult } from '../tool.ts';
import { boundedText } from './bounded-text.ts';
import { wrapExternal } from './external-content.ts';
import { parseFreshness, recencyWord } from './freshness.ts';
import { createPageCache } from './page-cache.ts';
import { searchProvider } from './search-provider.ts';
import { type SearchProvider, type SearchQuery, WEB_DOCS } from './search-request.ts';
import { boundedNumber, cacheTtlMs, requestTimeoutMs, webSection } from './web-settings.ts';

const COUNT_DEFAULT = 5;
const COUNT_MAX = 10;
const ERROR_CHARS = 2000;

type Payload = Readonly<Record<string, unknown>>;

/** The part of `fetch` a search needs. */
export type SearchFetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

function webSearchSummary(args: ToolArguments): string | undefined {
  if (typeof args.query !== 'string' || args.query.trim() === '') return undefined;
  const count = typeof args.count === 'number' ? ` (top ${Math.floor(args.count)})` : '';
  return `for "${args.query.trim()}"${count}`;
}

/** A freshness filter the provider understands, or the refusal the model reads. */
function freshnessFor(provider: SearchProvider, asked: string | undefined): { value?: string; refusal?: ToolResult } {
  if (asked === undefined) return {};
  const refuse = (error: string, message: string) => ({ refusal: jsonResult({ error, message, docs: WEB_DOCS }) });
  if (provider.id === 'grok') {
    return refuse('unsupported_freshness', 'freshness works with the brave and perplexity search providers only.');
  }
  const value = parseFreshness(asked);
  if (value === undefined || (provider.id === 'perplexity' && recencyWord(value) === undefined)) {
    return refuse(
      'invalid_freshness',
      'freshness must be pd, pw, pm or py; with Brave also a range YYYY-MM-DDtoYYYY-MM-DD.',
    );
  }
  return { value };
}

/** The `web_search` tool (reference agent/tools.md ). */
export function createWebSearchTool(deps: {
  readonly config: () => Config;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: SearchFetch;
}): BuiltInTool {
  const cache = createPageCache<Payload>(deps.clock);

  async function ask(provider: SearchProvider, query: SearchQuery, signal: AbortSignal): Promise<Payload> {
    const startedAt = deps.clock.now();
    const { url, method, headers, body } = provider.request(query);
    const timeout = AbortSignal.timeout(requestTimeoutMs(webSection(deps.config(), 'search')));
    const response = await deps.fetch(url, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body }),
      signal: AbortSignal.any([signal, timeout]),
    });
    const text = await boundedText(response, 'the search service');
    if (!response.ok) {
      const detail = wrapExternal(text.slice(0, ERROR_CHARS) || response.statusText, 'Web Search', false);
      throw new Error(`${provider.id} search failed (${response.status}): ${detail}`);
    }
    const answer: unknown = JSON.parse(text);
    return {
      query: query.query,
      provider: provider.id,
      ...provider.facts,
      tookMs: deps.clock.now() - startedAt,
      externalContent: { untrusted: true, source: 'web_search', provider: provider.id, wrapped: true },
      ...provider.read(answer, query),
    };
  }

  async function run(args: ToolArguments, context: CallContext): Promise<ToolResult> {
    const provider = searchProvider(deps.config(), deps.env);
    if ('error' in provider) return jsonResult(provider);
    const section = webSection(deps.config(), 'search');
    const freshness = freshnessFor(provider, optionalText(args, 'freshness'));
    if (freshness.refusal !== undefined) return freshness.refusal;
    const configured = boundedNumber(section.maxResults, COUNT_DEFAULT, 1, COUNT_MAX);
    const country = optionalText(args, 'country');
    const searchLang = optionalText(args, 'search_lang');
    const uiLang = optionalText(args, 'ui_lang');
    const query: SearchQuery = {
      query: requiredText(args, 'query'),
      count: boundedNumber(optionalNumber(args, 'count'), configured, 1, COUNT_MAX),
      ...(country !== undefined && { country }),
      ...(searchLang !== undefined && { searchLang }),
      ...(uiLang !== undefined && { uiLang }),
      ...(freshness.value !== undefined && { freshness: freshness.value }),
    };
    const key = JSON.stringify([provider.id, provider.facts, query]);
    const known = cache.get(key);
    if (known !== undefined) return jsonResult({ ...known, cached: true });
    const payload = await ask(provider, query, context.signal);
    cache.put(key, payload, cacheTtlMs(section));
    return jsonResult(payload);
  }

  return {
    name: 'web_search',
    description:
      'Search the web with the configured provider (Brave, Perplexity or Grok): results with title, address and description, or an answer with citations.',
    parameters: contractParameters('web_search'),
    sideEffects: 'none',
    summary: webSearchSummary,
    run,
  };
}
