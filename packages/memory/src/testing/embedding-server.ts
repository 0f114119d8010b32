import { createServer } from 'node:http';
import { isRecord, list } from '../fields.ts';

export interface SeenRequest {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A vendor of embeddings on loopback; it speaks OpenAI's, Voyage's and Google's wire. */
export interface EmbeddingServer {
  readonly baseUrl: string;
  readonly seen: SeenRequest[];
  /** Answers requests with this status instead, as many times as listed; `0` closes the socket. */
  readonly failures: number[];
  close(): Promise<void>;
}

/** Topics a test speaks of; a text's vector says how often it names each. */
const TOPICS = ['crab', 'boat', 'pasta', 'music'] as const;
const SYNONYMS: Readonly<Record<string, string>> = {
  crustacean: 'crab',
  sailing: 'boat',
  noodle: 'pasta',
  song: 'music',
};

export function topicVector(text: string): number[] {
  const plain = Object.entries(SYNONYMS).reduce(
    (all, [word, topic]) => all.replaceAll(word, topic),
    text.toLowerCase(),
  );
  return [...TOPICS.map((topic) => plain.split(topic).length - 1), 0.01];
}

const textOf = (request: unknown): string => {
  const content = isRecord(request) ? request.content : undefined;
  const [part] = list(isRecord(content) ? content.parts : undefined);
  return isRecord(part) ? String(part.text) : '';
};

function answerTo(path: string, body: Readonly<Record<string, unknown>>): unknown {
  if (path.endsWith(':embedContent')) return { embedding: { values: topicVector(textOf(body)) } };
  if (path.endsWith(':batchEmbedContents')) {
    return { embeddings: list(body.requests).map((request) => ({ values: topicVector(textOf(request)) })) };
  }
  // Out of order on purpose: each entry says which text it is for.
  const data = list(body.input).map((text, index) => ({ index, embedding: topicVector(String(text)) }));
  return { data: data.toReversed() };
}

export async function startEmbeddingServer(): Promise<EmbeddingServer> {
  const seen: SeenRequest[] = [];
  const failures: number[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    const parsed: unknown = JSON.parse(text);
    const body = isRecord(parsed) ? parsed : {};
    const path = request.url ?? '';
    const { authorization } = request.headers;
    const google = request.headers['x-goog-api-key'];
    seen.push({ path, key: typeof google === 'string' ? google : authorization, body });
    const failure = failures.shift();
    if (failure === 0) return request.socket.destroy();
    response.writeHead(failure ?? 200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(failure === undefined ? answerTo(path, body) : { error: 'refused' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    seen,
    failures,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
