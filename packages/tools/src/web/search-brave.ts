import { isRecord } from '../call/arguments.ts';
import { wrapExternal } from './external-content.ts';
import type { SearchProvider } from './search-request.ts';

const ENDPOINT = 'https://api.search.brave.com/res/v1/web/search';

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function siteName(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** Brave Search with an API key. */
export function braveSearch(apiKey: string): SearchProvider {
  return {
    id: 'brave',
    facts: {},
    request(query) {
      const url = new URL(ENDPOINT);
      url.searchParams.set('q', query.query);
      url.searchParams.set('count', String(query.count));
      if (query.country) url.searchParams.set('country', query.country);
      if (query.searchLang) url.searchParams.set('search_lang', query.searchLang);
      if (query.uiLang) url.searchParams.set('ui_lang', query.uiLang);
      if (query.freshness) url.searchParams.set('freshness', query.freshness);
      const headers = { Accept: 'application/json', 'X-Subscription-Token': apiKey };
      return { url: url.href, method: 'GET', headers };
    },
    read(answer) {
      const web = isRecord(answer) ? answer.web : undefined;
      const found = isRecord(web) && Array.isArray(web.results) ? web.results.filter(isRecord) : [];
      const wrapped = (value: unknown): string => (text(value) ? wrapExternal(text(value), 'Web Search', false) : '');
      return {
        count: found.length,
        results: found.map((entry) => ({
          title: wrapped(entry.title),
          url: text(entry.url),
          description: wrapped(entry.description),
          published: text(entry.age) || undefined,
          siteName: siteName(text(entry.url)),
        })),
      };
    },
  };
}
