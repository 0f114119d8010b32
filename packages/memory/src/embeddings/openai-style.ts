import { isRecord, list } from '../fields.ts';
import type { Embedder } from './embedder.ts';
import { BATCH_TIMEOUT_MS, QUESTION_TIMEOUT_MS, sendEmbedding, type VendorDeps } from './embedding-request.ts';
import { providerKey } from './provider-key.ts';
import { isVector } from './vector.ts';

interface Style {
  readonly provider: 'openai' | 'voyage';
  readonly baseUrl: string;
  readonly model: string;
  /** Voyage is told what a text is for. */
  readonly inputType: boolean;
  /** How long a large job may take. */
  readonly batchWindow: '24h' | '12h';
}

const OPENAI: Style = {
  provider: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  model: 'text-embedding-3-small',
  inputType: false,
  batchWindow: '24h',
};
const VOYAGE: Style = {
  provider: 'voyage',
  baseUrl: 'https://api.voyageai.com/v1',
  model: 'voyage-4-large',
  inputType: true,
  batchWindow: '12h',
};

/** The vectors of an answer in the order of the texts; each entry says which text it is for. */
function vectorsOf(answer: unknown, count: number): readonly (readonly number[])[] {
  const rows = list(isRecord(answer) ? answer.data : undefined).filter(isRecord);
  const ordered = rows.toSorted((a, b) => Number(a.index ?? 0) - Number(b.index ?? 0));
  const vectors = ordered.map(({ embedding }) => embedding).filter(isVector);
  if (vectors.length !== count) throw new Error(`the provider sent ${vectors.length} vectors for ${count} texts`);
  return vectors;
}

function createEmbedder(style: Style, deps: VendorDeps): Embedder {
  const baseUrl = (deps.baseUrl ?? style.baseUrl).replace(/\/$/, '');
  const prefix = new RegExp(`^${style.provider}/`);
  const model = (deps.model ?? style.model).replace(prefix, '');
  const headers = (secret: string) => ({ authorization: `Bearer ${secret}`, ...deps.headers });
  const ask = async (
    texts: readonly string[],
    type: 'query' | 'document',
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<readonly (readonly number[])[]> => {
    const answer = await sendEmbedding(deps.wire, {
      url: `${baseUrl}/embeddings`,
      credentials: deps.credentials,
      headers,
      body: { model, input: texts, ...(style.inputType && { input_type: type }) },
      timeoutMs,
      signal,
    });
    return vectorsOf(answer, texts.length);
  };
  return {
    provider: style.provider,
    model,
    providerKey: providerKey(style.provider, baseUrl, model, deps.headers),
    async question(text, signal) {
      const [vector = []] = await ask([text], 'query', QUESTION_TIMEOUT_MS, signal);
      return vector;
    },
    texts: (texts, signal) => ask(texts, 'document', BATCH_TIMEOUT_MS, signal),
    async batch() {
      const { createOpenaiBatch } = await import('./batch/openai-batch.ts');
      const [credential] = deps.credentials;
      return createOpenaiBatch({
        wire: deps.wire,
        baseUrl,
        headers: headers(credential?.reveal() ?? ''),
        model,
        window: style.batchWindow,
        sharedParams: style.inputType ? { model, input_type: 'document' } : undefined,
      });
    },
  };
}

/** OpenAI's embeddings, and every server that speaks them, such as Ollama's `/v1`. */
export const createOpenaiEmbedder = (deps: VendorDeps): Embedder => createEmbedder(OPENAI, deps);
export const createVoyageEmbedder = (deps: VendorDeps): Embedder => createEmbedder(VOYAGE, deps);
