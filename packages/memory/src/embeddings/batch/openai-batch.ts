import { randomUUID } from 'node:crypto';
import { isRecord, list, section, str } from '../../fields.ts';
import type { EmbeddingWire } from '../embedding-request.ts';
import { isVector } from '../vector.ts';
import type { BatchText, BatchVector, VectorBatch } from './vector-batch.ts';
import { jsonLines, multipart, vendorCall } from './vendor-call.ts';

export interface OpenaiBatchDeps {
  readonly wire: EmbeddingWire;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  /** How long the vendor may take. */
  readonly window: '24h' | '12h';
  /** Voyage is told model and purpose once for the whole job; OpenAI with each text. */
  readonly sharedParams: Readonly<Record<string, unknown>> | undefined;
}

const ENDPOINT = '/v1/embeddings';
const FAILED: ReadonlySet<unknown> = new Set(['failed', 'expired', 'cancelled', 'cancelling']);

/** Jobs as OpenAI has them, and Voyage after it: a file of requests goes up, a file of answers comes down. */
export function createOpenaiBatch(deps: OpenaiBatchDeps): VectorBatch {
  const { wire, baseUrl, headers, model, window, sharedParams } = deps;
  const json = async (method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: object): Promise<unknown> => {
    const typed = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const call = { method, url: `${baseUrl}${path}`, headers: { ...headers, ...typed }, signal, ...sent };
    return JSON.parse(await vendorCall(wire, call));
  };
  const request = ({ hash, text }: BatchText): object =>
    sharedParams === undefined
      ? { custom_id: hash, method: 'POST', url: ENDPOINT, body: { model, input: text } }
      : { custom_id: hash, body: { input: [text] } };

  const upload = async (texts: readonly BatchText[], signal: AbortSignal): Promise<string> => {
    const boundary = `chela-${randomUUID()}`;
    const disposition = 'content-disposition: form-data; name=';
    const body = multipart(boundary, [
      { head: `${disposition}"purpose"`, content: 'batch' },
      {
        head: `${disposition}"file"; filename="memory.jsonl"\r\ncontent-type: application/jsonl`,
        content: texts.map((text) => JSON.stringify(request(text))).join('\n'),
      },
    ]);
    const typed = { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` };
    const answer = await vendorCall(wire, { method: 'POST', url: `${baseUrl}/files`, headers: typed, body, signal });
    return idOf(JSON.parse(answer));
  };

  return {
    async submit(texts, signal) {
      const file = await upload(texts, signal);
      return idOf(
        await json('POST', '/batches', signal, {
          input_file_id: file,
          endpoint: ENDPOINT,
          completion_window: window,
          metadata: { source: 'chela-memory' },
          ...(sharedParams && { request_params: sharedParams }),
        }),
      );
    },
    async look(job, signal) {
      const state = await json('GET', `/batches/${encodeURIComponent(job)}`, signal);
      const status = isRecord(state) ? state.status : undefined;
      if (FAILED.has(status)) throw new Error(`the vendor’s batch ended as ${String(status)}`);
      if (status !== 'completed') return 'waiting';
      const file = isRecord(state) ? str(state.output_file_id) : undefined;
      if (file === undefined) throw new Error('the vendor’s batch ended without answers');
      const url = `${baseUrl}/files/${encodeURIComponent(file)}/content`;
      const text = await vendorCall(wire, { method: 'GET', url, headers, signal });
      return { done: jsonLines(text).flatMap(vectorOf) };
    },
  };
}

function vectorOf(line: unknown): readonly BatchVector[] {
  const hash = isRecord(line) ? str(line.custom_id) : undefined;
  const [row] = list(section(section(line, 'response'), 'body').data);
  const vector = isRecord(row) ? row.embedding : undefined;
  return hash === undefined || !isVector(vector) ? [] : [{ hash, vector }];
}

function idOf(answer: unknown): string {
  const id = isRecord(answer) ? str(answer.id) : undefined;
  if (id === undefined) throw new Error('the embedding provider named no job');
  return id;
}
