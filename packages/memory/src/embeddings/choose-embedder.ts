import type { ModelCredential } from '@chela/models';
import type { EmbeddingVendor, MemorySettings } from '../settings.ts';
import type { Embedder } from './embedder.ts';
import type { EmbeddingWire, VendorDeps } from './embedding-request.ts';

/** Keys of providers, as models use them; empty when there is none. */
export interface EmbeddingKeys {
  credentials(provider: string, agentId: string): Promise<readonly ModelCredential[]>;
  /** The sentence about a key that is missing. */
  missing(provider: string, agentId: string): string;
}

export type EmbedderChoice =
  | { readonly embedder: Embedder; readonly fallback?: { readonly from: string; readonly reason: string } }
  /** Search goes by words only. */
  | { readonly embedder: undefined; readonly reason: string };

type RemoteVendor = Exclude<EmbeddingVendor, 'local'>;
const AUTO: readonly RemoteVendor[] = ['openai', 'gemini', 'voyage'];
/** Under which name the auth profiles know a vendor. */
const PROVIDER_NAMES: Readonly<Record<RemoteVendor, string>> = { openai: 'openai', gemini: 'google', voyage: 'voyage' };
const NO_LOCAL =
  'This gateway runs no embedding model of its own. Point memorySearch.provider "openai" with remote.baseUrl at a local server that speaks /v1/embeddings (Ollama, llama.cpp, LM Studio), or leave it: search then goes by words.';

async function make(vendor: RemoteVendor, deps: VendorDeps): Promise<Embedder> {
  if (vendor === 'gemini') return (await import('./gemini.ts')).createGeminiEmbedder(deps);
  const { createOpenaiEmbedder, createVoyageEmbedder } = await import('./openai-style.ts');
  return vendor === 'openai' ? createOpenaiEmbedder(deps) : createVoyageEmbedder(deps);
}

/** Says where a key stands in the configuration. */
function configuredKey(apiKey: string | undefined): readonly ModelCredential[] | undefined {
  return apiKey === undefined ? undefined : [{ source: 'memorySearch.remote.apiKey', reveal: () => apiKey }];
}

/**
 * The vendor that turns an agent's memory into vectors: the configured one, with `auto` the first that has a key, then
 * the configured fallback (reference agent/models.md §11).
 */
export async function chooseEmbedder(
  settings: MemorySettings,
  keys: EmbeddingKeys,
  wire: EmbeddingWire,
): Promise<EmbedderChoice> {
  const { agentId, vendor: wanted, remote } = settings;
  const reasons: string[] = [];

  async function tryVendor(vendor: EmbeddingVendor, isConfigured: boolean): Promise<Embedder | undefined> {
    if (vendor === 'local') {
      reasons.push(NO_LOCAL);
      return undefined;
    }
    const own = isConfigured ? remote : { apiKey: undefined, baseUrl: undefined, headers: {} };
    const provider = PROVIDER_NAMES[vendor];
    const credentials = configuredKey(own.apiKey) ?? (await keys.credentials(provider, agentId));
    if (credentials.length === 0) {
      reasons.push(keys.missing(provider, agentId));
      return undefined;
    }
    const { baseUrl, headers } = own;
    return make(vendor, { wire, credentials, baseUrl, headers, model: isConfigured ? settings.model : undefined });
  }

  const candidates = wanted === 'auto' ? AUTO : [wanted];
  for (const vendor of candidates) {
    const embedder = await tryVendor(vendor, true);
    if (embedder !== undefined) return { embedder };
  }
  if (wanted !== 'auto' && settings.fallback !== 'none' && settings.fallback !== wanted) {
    const reason = reasons.join('\n\n');
    const embedder = await tryVendor(settings.fallback, false);
    if (embedder !== undefined) return { embedder, fallback: { from: wanted, reason } };
  }
  return { embedder: undefined, reason: reasons.join('\n\n') };
}
