import { isRecord } from '../call/arguments.ts';
import { wrapExternal } from './external-content.ts';
import { recencyWord } from './freshness.ts';
import type { SearchProvider } from './search-request.ts';

const GROK_ENDPOINT = 'https://api.x.ai/v1/responses';
const PERPLEXITY_DIRECT = 'https://api.perplexity.ai';
const OPENROUTER = 'https://openrouter.ai/api/v1';
const MODEL_PREFIX = 'perplexity/';

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
function wrapped(content: string): string {
  return wrapExternal(content === '' ? 'No response' : content, 'Web Search', true);
}

/** The service a Perplexity key belongs to, by its prefix; unknown keys go to OpenRouter. */
export function perplexityBaseUrl(apiKey: string): string {
  return apiKey.startsWith('pplx-') ? PERPLEXITY_DIRECT : OPENROUTER;
}

/** Perplexity, direct or over OpenRouter. */
export function perplexitySearch(settings: {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly model: string;
}): SearchProvider {
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  const direct = URL.canParse(baseUrl) && new URL(baseUrl).hostname === new URL(PERPLEXITY_DIRECT).hostname;
  const model =
    direct && settings.model.startsWith(MODEL_PREFIX) ? settings.model.slice(MODEL_PREFIX.length) : settings.model;
  return {
    id: 'perplexity',
    facts: { model: settings.model },
    request(query) {
      const recency = query.freshness === undefined ? undefined : recencyWord(query.freshness);
      const body = {
        model,
        messages: [{ role: 'user', content: query.query }],
        ...(recency !== undefined && { search_recency_filter: recency }),
      };
      return {
        url: `${baseUrl}/chat/completions`,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${settings.apiKey}` },
        body: JSON.stringify(body),
      };
    },
    read(answer) {
      const [choice] = records(isRecord(answer) ? answer.choices : undefined);
      const message = choice?.message;
      const content = isRecord(message) && typeof message.content === 'string' ? message.content : '';
      return { content: wrapped(content), citations: texts(isRecord(answer) ? answer.citations : undefined) };
    },
  };
}

/** Grok's own web search. */
export function grokSearch(settings: { readonly apiKey: string; readonly model: string }): SearchProvider {
  return {
    id: 'grok',
    facts: { model: settings.model },
    request: (query) => ({
      url: GROK_ENDPOINT,
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${settings.apiKey}` },
      body: JSON.stringify({
        model: settings.model,
        input: [{ role: 'user', content: query.query }],
        tools: [{ type: 'web_search' }],
      }),
    }),
    read(answer) {
      const parts = records(isRecord(answer) ? answer.output : undefined)
        .filter((item) => item.type === 'message')
        .flatMap((item) => records(item.content))
        .filter((part) => part.type === 'output_text');
      const content = parts.map((part) => (typeof part.text === 'string' ? part.text : '')).join('');
      const annotations = parts.flatMap((part) => records(part.annotations));
      const urls = annotations.map(({ url }) => url).filter((url) => typeof url === 'string');
      const listed = texts(isRecord(answer) ? answer.citations : undefined);
      return { content: wrapped(content), citations: listed.length > 0 ? listed : [...new Set(urls)] };
    },
  };
}
