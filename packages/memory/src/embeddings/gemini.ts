import { isRecord, list } from '../fields.ts';
import type { Embedder } from './embedder.ts';
import { BATCH_TIMEOUT_MS, QUESTION_TIMEOUT_MS, sendEmbedding, type VendorDeps } from './embedding-request.ts';
import { providerKey } from './provider-key.ts';
import { isVector } from './vector.ts';

const BASE_URL = 'https://generativelanguage.googleapis.com/v1beta';
const MODEL = 'gemini-embedding-001';

function valuesOf(embedding: unknown): readonly number[] {
  const values = isRecord(embedding) ? embedding.values : undefined;
  if (!isVector(values)) throw new Error('the provider sent no vector');
  return values;
}

/** Google's embeddings: one call for a question, one for a batch of texts. */
export function createGeminiEmbedder(deps: VendorDeps): Embedder {
  const baseUrl = (deps.baseUrl ?? BASE_URL).replace(/\/$/, '');
  const model = (deps.model ?? MODEL).replace(/^(?:gemini|google|models)\//, '');
  const path = `models/${model}`;
  const headers = (secret: string) => ({ 'x-goog-api-key': secret, ...deps.headers });
  const send = (call: string, body: unknown, timeoutMs: number, signal: AbortSignal): Promise<unknown> =>
    sendEmbedding(deps.wire, {
      url: `${baseUrl}/${path}:${call}`,
      credentials: deps.credentials,
      headers,
      body,
      timeoutMs,
      signal,
    });
  return {
    provider: 'gemini',
    model,
    providerKey: providerKey('gemini', baseUrl, model, deps.headers),
    async question(text, signal) {
      const body = { content: { parts: [{ text }] }, taskType: 'RETRIEVAL_QUERY' };
      const answer = await send('embedContent', body, QUESTION_TIMEOUT_MS, signal);
      return valuesOf(isRecord(answer) ? answer.embedding : undefined);
    },
    async texts(texts, signal) {
      const requests = texts.map((text) => ({
        model: path,
        content: { parts: [{ text }] },
        taskType: 'RETRIEVAL_DOCUMENT',
      }));
      const answer = await send('batchEmbedContents', { requests }, BATCH_TIMEOUT_MS, signal);
      const vectors = list(isRecord(answer) ? answer.embeddings : undefined).map(valuesOf);
      if (vectors.length !== texts.length) {
        throw new Error(`the provider sent ${vectors.length} vectors for ${texts.length} texts`);
      }
      return vectors;
    },
    async batch() {
      const { createGeminiBatch } = await import('./batch/gemini-batch.ts');
      const [credential] = deps.credentials;
      return createGeminiBatch({ wire: deps.wire, baseUrl, headers: headers(credential?.reveal() ?? ''), path });
    },
  };
}
