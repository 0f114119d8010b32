import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import { grokSearch, perplexityBaseUrl, perplexitySearch } from './search-answers.ts';
import { braveSearch } from './search-brave.ts';
import { type SearchProvider, type SearchRefusal, WEB_DOCS } from './search-request.ts';
import { sectionText, webSection } from './web-settings.ts';

const PERPLEXITY_MODEL = 'perplexity/sonar-pro';
const PERPLEXITY_DIRECT = 'https://api.perplexity.ai';
const GROK_MODEL = 'grok-4-1-fast';

type Environment = Readonly<Record<string, string | undefined>>;

function refusal(error: string, message: string): SearchRefusal {
  return { error, message, docs: WEB_DOCS };
}

function inner(section: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const value = section[key];
  return isRecord(value) ? value : {};
}

/** The configured search provider with its key, or why there is none (reference agent/tools.md ). */
export function searchProvider(config: Config, env: Environment): SearchProvider | SearchRefusal {
  const section = webSection(config, 'search');
  const wanted = sectionText(section, 'provider')?.toLowerCase();
  const fromEnv = (name: string): string | undefined => env[name]?.trim() || undefined;
  if (wanted === 'perplexity') {
    const settings = inner(section, 'perplexity');
    const direct = fromEnv('PERPLEXITY_API_KEY');
    const configured = sectionText(settings, 'apiKey');
    const apiKey = configured ?? direct ?? fromEnv('OPENROUTER_API_KEY');
    if (apiKey === undefined) {
      return refusal(
        'missing_perplexity_api_key',
        'web_search with perplexity needs a key. Set PERPLEXITY_API_KEY or OPENROUTER_API_KEY in the Gateway environment, or configure tools.web.search.perplexity.apiKey.',
      );
    }
    const usual = configured === undefined && direct !== undefined ? PERPLEXITY_DIRECT : perplexityBaseUrl(apiKey);
    const baseUrl = sectionText(settings, 'baseUrl') ?? usual;
    return perplexitySearch({ apiKey, baseUrl, model: sectionText(settings, 'model') ?? PERPLEXITY_MODEL });
  }
  if (wanted === 'grok') {
    const settings = inner(section, 'grok');
    const apiKey = sectionText(settings, 'apiKey') ?? fromEnv('XAI_API_KEY');
    if (apiKey === undefined) {
      return refusal(
        'missing_xai_api_key',
        'web_search with grok needs an xAI key. Set XAI_API_KEY in the Gateway environment, or configure tools.web.search.grok.apiKey.',
      );
    }
    return grokSearch({ apiKey, model: sectionText(settings, 'model') ?? GROK_MODEL });
  }
  const apiKey = sectionText(section, 'apiKey') ?? fromEnv('BRAVE_API_KEY');
  if (apiKey === undefined) {
    return refusal(
      'missing_brave_api_key',
      'web_search needs a Brave Search API key. Run `openclaw configure --section web` to store it, or set BRAVE_API_KEY in the Gateway environment.',
    );
  }
  return braveSearch(apiKey);
}
