/** As much of the Bot API as a bench needs, on loopback, for bots with any token: long polls, and what is sent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject } from './json.ts';

export interface BotApi {
  readonly url: string;
  /** Bots that wait for updates now. */
  readonly polling: number;
  /** A person writes to a bot; resolves with `performance.now()` at the call that sends the answer. */
  say(token: string, personId: number, text: string): Promise<number>;
  close(): Promise<void>;
}

interface Bot {
  readonly id: number;
  waiting: JsonObject[];
  /** Ends the poll under way. */
  wake: (() => void) | undefined;
}

const METHOD = /^\/bot([^/]+)\/(\w+)/;
const ANSWER_TIMEOUT_MS = 60_000;
const MS_PER_SECOND = 1000;
const FIRST_BOT = 7_000_000_001;

export async function startBotApi(): Promise<BotApi> {
  const bots = new Map<string, Bot>();
  const awaited = new Map<string, (at: number) => void>();
  let updates = 0;
  let messages = 0;

  const botOf = (token: string): Bot => {
    const bot = bots.get(token) ?? { id: FIRST_BOT + bots.size, waiting: [], wake: undefined };
    bots.set(token, bot);
    return bot;
  };

  const poll = async (bot: Bot, params: JsonObject, response: ServerResponse): Promise<readonly JsonObject[]> => {
    const offset = Number(params.offset ?? 0);
    bot.wake?.();
    bot.waiting = bot.waiting.filter(({ update_id: id }) => Number(id) >= offset);
    const timeoutMs = Number(params.timeout ?? 0) * MS_PER_SECOND;
    if (bot.waiting.length === 0 && timeoutMs > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      bot.wake = resolve;
      response.once('close', resolve);
      await promise;
      clearTimeout(timer);
      if (bot.wake === resolve) bot.wake = undefined;
    }
    return bot.waiting;
  };

  const answer = async (method: string, bot: Bot, params: JsonObject, response: ServerResponse): Promise<unknown> => {
    if (method === 'getUpdates') return poll(bot, params, response);
    if (method === 'getMe') return { id: bot.id, is_bot: true, first_name: 'Bench', username: `bench_${bot.id}_bot` };
    if (method === 'getWebhookInfo') return { url: '', has_custom_certificate: false, pending_update_count: 0 };
    if (!method.startsWith('send') || method === 'sendChatAction') return true;
    const chat = Number(params.chat_id);
    awaited.get(`${bot.id} ${chat}`)?.(performance.now());
    return { message_id: ++messages, date: nowSeconds(), chat: { id: chat, type: 'private' }, text: params.text ?? '' };
  };

  const server = createServer((request, response) => {
    const [, token = '', method = ''] = METHOD.exec(request.url ?? '') ?? [];
    readParams(request)
      .then((params) => answer(method, botOf(token), params, response))
      .then((result) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ ok: true, result }));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the Bot API has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    get polling() {
      return [...bots.values()].filter(({ wake }) => wake !== undefined).length;
    },
    async say(token, personId, text) {
      const bot = botOf(token);
      const key = `${bot.id} ${personId}`;
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const timer = setTimeout(() => reject(new Error('no answer was sent')), ANSWER_TIMEOUT_MS);
      awaited.set(key, resolve);
      const person = { id: personId, is_bot: false, first_name: 'Ann' };
      const chat = { id: personId, type: 'private', first_name: 'Ann' };
      const message = { message_id: ++messages, date: nowSeconds(), chat, from: person, text };
      bot.waiting.push({ update_id: ++updates, message });
      bot.wake?.();
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        awaited.delete(key);
      }
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

const nowSeconds = (): number => Math.floor(Date.now() / MS_PER_SECOND);

/** JSON, a form, or the text fields of a multipart body. */
async function readParams(request: IncomingMessage): Promise<JsonObject> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  const text = Buffer.concat(pieces).toString('utf8');
  const type = request.headers['content-type'] ?? '';
  if (type.includes('json')) {
    const body: unknown = JSON.parse(text || '{}');
    return isJsonObject(body) ? body : {};
  }
  if (type.startsWith('multipart/')) {
    return Object.fromEntries(
      [...text.matchAll(/name="(\w+)"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r]*)\r\n/g)].map(([, name = '', value]) => [
        name,
        value,
      ]),
    );
  }
  return Object.fromEntries(new URLSearchParams(text || (request.url?.split('?')[1] ?? '')));
}
