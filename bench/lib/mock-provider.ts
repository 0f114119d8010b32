/**
 * Loopback server of the OpenAI chat-completions API with instant or paced replies, as a process of its own:
 * `node mock-provider.ts PORT`. The newest user message may steer the reply:
 *
 *   [[stream:N:BATCH:EVERY_MS]]  N deltas, BATCH at a time, one batch each EVERY_MS; every 20th carries a time stamp
 *   [[tool:NAME:{json}]]         one call of tool NAME, then a short text once the result came back
 *   anything else                three deltas "bench reply ok"
 *
 * GET /__stats gives the counters, GET /__reset clears them.
 */
import { createServer, type ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject, listAt, textAt, valueAt } from './json.ts';
import { sleep } from './stats.ts';

export interface MockStats {
  readonly requests: number;
  readonly requestBytes: number;
  readonly lastRequestBytes: number;
  readonly tools: number;
  readonly serviceMs: number;
}

type Plan =
  | { readonly kind: 'stream'; readonly count: number; readonly batch: number; readonly everyMs: number }
  | { readonly kind: 'tool'; readonly name: string; readonly args: string }
  | { readonly kind: 'text' };

/** A delta with a time stamp comes this often. */
const STAMP_EVERY = 20;
const NO_STATS: MockStats = { requests: 0, requestBytes: 0, lastRequestBytes: 0, tools: 0, serviceMs: 0 };
const USAGE = { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } };

let stats = NO_STATS;

/** Wall-clock microseconds in base 36 as "@stamp;": found again by the client to compute the lag. */
const stamp = (): string => `@${Math.round((performance.timeOrigin + performance.now()) * 1000).toString(36)};`;

/** The directive of the current turn: the newest user message that carries one, unless it was answered already. */
function planOf(messages: readonly unknown[]): Plan {
  let hasToolResult = false;
  for (const message of messages.toReversed()) {
    const role = valueAt(message, 'role');
    if (role === 'tool') hasToolResult = true;
    else if (role === 'assistant' && !listAt(message, 'tool_calls').length) break;
    else if (role === 'user') {
      const text = textOf(valueAt(message, 'content'));
      const stream = /\[\[stream:(\d+):(\d+):(\d+)\]\]/.exec(text);
      if (stream) {
        return { kind: 'stream', count: Number(stream[1]), batch: Number(stream[2]), everyMs: Number(stream[3]) };
      }
      const tool = /\[\[tool:([\w.]+):(\{.*?\})\]\]/s.exec(text);
      if (tool?.[1] && tool[2] && !hasToolResult) return { kind: 'tool', name: tool[1], args: tool[2] };
      if (tool) break;
    }
  }
  return { kind: 'text' };
}

const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => textAt(part, 'text') ?? '').join('') : '';
};

async function reply(response: ServerResponse, body: JsonObject): Promise<void> {
  const id = `chatcmpl-${stats.requests}`;
  const base = { id, object: 'chat.completion.chunk', created: 1, model: body.model };
  const line = (delta: JsonObject, finish: string | null = null, extra: JsonObject = {}): string =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: finish }], ...extra })}\n\n`;
  const plan = planOf(listAt(body, 'messages'));
  if (!body.stream) {
    const message = { role: 'assistant', content: 'bench reply ok' };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id,
        object: 'chat.completion',
        created: 1,
        model: body.model,
        ...USAGE,
        choices: [{ index: 0, message, finish_reason: 'stop' }],
      }),
    );
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.socket?.setNoDelay(true);
  if (plan.kind === 'tool') {
    const called = { name: plan.name, arguments: plan.args };
    const call = { index: 0, id: `call_${stats.requests}`, type: 'function', function: called };
    response.write(line({ role: 'assistant', tool_calls: [call] }));
    response.end(`${line({}, 'tool_calls', USAGE)}data: [DONE]\n\n`);
    return;
  }
  if (plan.kind === 'stream') {
    response.write(line({ role: 'assistant', content: '' }));
    for (let index = 0; index < plan.count; ) {
      let chunk = '';
      for (let inBatch = 0; inBatch < plan.batch && index < plan.count; inBatch += 1, index += 1) {
        chunk += line({ content: index % STAMP_EVERY === 0 || index === plan.count - 1 ? stamp() : 'a ' });
      }
      if (response.destroyed) return;
      response.write(chunk);
      await sleep(plan.everyMs);
    }
  } else {
    response.write(line({ role: 'assistant', content: 'bench ' }));
    response.write(line({ content: 'reply ' }));
    response.write(line({ content: 'ok' }));
  }
  response.end(`${line({}, 'stop', USAGE)}data: [DONE]\n\n`);
}

async function answer(response: ServerResponse, url: string, raw: Buffer): Promise<void> {
  const at = performance.now();
  if (!url.endsWith('/chat/completions')) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'm1', object: 'model' }] }));
    return;
  }
  const body = parse(raw);
  stats = {
    ...stats,
    requests: stats.requests + 1,
    requestBytes: stats.requestBytes + raw.length,
    lastRequestBytes: raw.length,
    tools: listAt(body, 'tools').length,
  };
  await reply(response, body);
  stats = { ...stats, serviceMs: stats.serviceMs + performance.now() - at };
}

/** A body that is no JSON is answered as if it were empty. */
function parse(raw: Buffer): JsonObject {
  try {
    const body: unknown = JSON.parse(raw.toString());
    return isJsonObject(body) ? body : {};
  } catch {
    return {};
  }
}

const port = Number(process.argv[2]);
createServer((request, response) => {
  if (request.url === '/__stats') {
    response.end(JSON.stringify(stats));
    return;
  }
  if (request.url === '/__reset') {
    stats = NO_STATS;
    response.end('{}');
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    answer(response, request.url ?? '', Buffer.concat(chunks)).catch(() => response.destroy());
  });
}).listen(port, '127.0.0.1', () => process.stdout.write(`mock provider on ${port}\n`));
