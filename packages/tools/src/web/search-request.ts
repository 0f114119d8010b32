/** What a search provider is asked. */
export interface SearchQuery {
  readonly query: string;
  readonly count: number;
  readonly country?: string;
  readonly searchLang?: string;
  readonly uiLang?: string;
  readonly freshness?: string;
}

/** One HTTP request to a provider. */
interface SearchRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A search provider: how it is asked and what its answer means (reference agent/tools.md ). */
export interface SearchProvider {
  readonly id: 'brave' | 'perplexity' | 'grok';
  /** Facts about the provider that belong into the result, e.g. the model. */
  readonly facts: Readonly<Record<string, unknown>>;
  request(query: SearchQuery): SearchRequest;
  /** The result's members from the provider's JSON; texts from outside are wrapped. */
  read(answer: unknown, query: SearchQuery): Readonly<Record<string, unknown>>;
}

/** What the model reads when a provider cannot be asked. */
export interface SearchRefusal {
  readonly error: string;
  readonly message: string;
  readonly docs: string;
}

export const WEB_DOCS = 'https://docs.openclaw.ai/tools/web';
