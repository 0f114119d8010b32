import { randomUUID } from 'node:crypto';
import { isRecord, section, str } from '../../fields.ts';
import type { EmbeddingWire } from '../embedding-request.ts';
import { isVector } from '../vector.ts';
import type { BatchText, BatchVector, VectorBatch } from './vector-batch.ts';
import { jsonLines, multipart, vendorCall } from './vendor-call.ts';

const FAILED = /FAILED|CANCELLED|EXPIRED/;
const NAME = 'chela-memory';

/** Google's jobs: a file of requests goes up beside the API, and the job names the file of its answers. */
export function createGeminiBatch(deps: {
  readonly wire: EmbeddingWire;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `models/…`. */
  readonly path: string;
}): VectorBatch {
  const { wire, baseUrl, headers, path } = deps;
  const { origin, pathname } = new URL(baseUrl);
  const json = { ...headers, 'content-type': 'application/json' };

  const upload = async (texts: readonly BatchText[], signal: AbortSignal): Promise<string> => {
    const boundary = `chela-${randomUUID()}`;
    const lines = texts.map(({ hash, text }) =>
      JSON.stringify({ key: hash, request: { content: { parts: [{ text }] }, task_type: 'RETRIEVAL_DOCUMENT' } }),
    );
    const body = multipart(boundary, [
      {
        head: 'content-type: application/json; charset=UTF-8',
        content: JSON.stringify({ file: { displayName: NAME, mimeType: 'application/jsonl' } }),
      },
      { head: 'content-type: application/jsonl; charset=UTF-8', content: lines.join('\n') },
    ]);
    const typed = { ...headers, 'content-type': `multipart/related; boundary=${boundary}` };
    const url = `${origin}/upload${pathname}/files?uploadType=multipart`;
    const answer: unknown = JSON.parse(await vendorCall(wire, { method: 'POST', url, headers: typed, body, signal }));
    return nameOf(section(answer, 'file'));
  };

  return {
    async submit(texts, signal) {
      const file = await upload(texts, signal);
      const body = JSON.stringify({ batch: { displayName: NAME, inputConfig: { file_name: file } } });
      const url = `${baseUrl}/${path}:asyncBatchEmbedContent`;
      return nameOf(JSON.parse(await vendorCall(wire, { method: 'POST', url, headers: json, body, signal })));
    },
    async look(job, signal) {
      const text = await vendorCall(wire, { method: 'GET', url: `${baseUrl}/${job}`, headers, signal });
      const state: unknown = JSON.parse(text);
      const metadata = section(state, 'metadata');
      const word = (isRecord(state) ? str(state.state) : undefined) ?? str(metadata.state) ?? '';
      if (FAILED.test(word)) throw new Error(`the vendor’s batch ended as ${word}`);
      if (!word.includes('SUCCEEDED') && !(isRecord(state) && state.done === true)) return 'waiting';
      const file = str(section(state, 'response').responsesFile) ?? str(section(metadata, 'output').responsesFile);
      if (file === undefined) throw new Error('the vendor’s batch ended without answers');
      const url = `${origin}/download${pathname}/${file}:download?alt=media`;
      const lines = await vendorCall(wire, { method: 'GET', url, headers, signal });
      return { done: jsonLines(lines).flatMap(vectorOf) };
    },
  };
}

function vectorOf(line: unknown): readonly BatchVector[] {
  const hash = isRecord(line) ? str(line.key) : undefined;
  const vector = section(section(line, 'response'), 'embedding').values;
  return hash === undefined || !isVector(vector) ? [] : [{ hash, vector }];
}

/** A name becomes part of an address: only the vendor's own form. */
function nameOf(value: unknown): string {
  const name = isRecord(value) ? str(value.name) : undefined;
  if (name === undefined || !/^(?:files|batches)\/[\w.-]+$/.test(name)) {
    throw new Error('the embedding provider named no job');
  }
  return name;
}
