/** grammY's client of the Bot API on our transport. Its errors leave here as they are; `errors.ts` reads them. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { isRecord, stringIn } from '../json.ts';
import type { AccountSettings } from '../settings.ts';
import { createTransport, readBody, type Transport } from './transport.ts';

/** A file on its way to the vendor. */
export interface Upload {
  /** The parameter that it stands for. */
  readonly field: string;
  readonly path: string;
  readonly name: string;
}

type Params = Readonly<Record<string, unknown>>;

/** Methods by their names; what they answer is read where it is used. */
export interface BotApi {
  call(method: string, params: Params, signal: AbortSignal): Promise<unknown>;
  upload(method: string, params: Params, file: Upload, signal: AbortSignal): Promise<unknown>;
}

export interface TelegramClient extends BotApi {
  readonly transport: Transport;
  /** Where a file lies that getFile told of. Holds the token: never shown. */
  fileUrl(path: string): string;
  close(): void;
}

type ClientSettings = Pick<AccountSettings, 'apiRoot' | 'timeoutSeconds' | 'network'>;

/** What an answer may measure; files are fetched on another way. */
const MAX_ANSWER_BYTES = 16 << 20;

/** Loads the library: call it when an account opens. The build for browsers is the lean one; it needs no polyfills. */
export async function createClient(settings: ClientSettings, token: string): Promise<TelegramClient> {
  const { Api, InputFile } = await import('grammy/web');
  const { apiRoot, timeoutSeconds } = settings;
  const transport = createTransport(settings.network);
  const api = new Api(token, { apiRoot, timeoutSeconds, fetch: fetchThrough(transport) });

  const call: BotApi['call'] = async (method, params, signal) => {
    signal.throwIfAborted();
    // Its types know today's values of every parameter; ours may be of tomorrow, e.g. a new emoji.
    const invoke: unknown = Reflect.get(api.raw, method);
    if (typeof invoke !== 'function') throw new Error(`the Bot API has no method ${method}`);
    const answer: unknown = await Reflect.apply(
      invoke,
      undefined,
      isWithoutParams(method) ? [signal] : [params, signal],
    );
    return answer;
  };

  return {
    call,
    upload: (method, params, { field, path, name }, signal) =>
      call(method, { ...params, [field]: new InputFile(createReadStream(path), name) }, signal),
    transport,
    fileUrl: (path) => `${apiRoot}/file/bot${token}/${path}`,
    close: () => transport.close(),
  };
}

const isWithoutParams = (method: string): boolean => method === 'getMe' || method === 'getWebhookInfo';

function fetchThrough(transport: Transport) {
  return async (url: unknown, init: unknown): Promise<Response> => {
    const { headers, body, signal } = isRecord(init) ? init : {};
    const response = await transport.request(String(url), {
      method: 'POST',
      headers: headersOf(headers),
      ...(typeof body === 'string' ? { body } : streamOf(body)),
      ...(signal instanceof AbortSignal && { signal }),
    });
    const bytes = await readBody(response, MAX_ANSWER_BYTES);
    return answerOf(bytes.toString('utf8'));
  };
}

/** As much of a response as the library reads. The built-in one would bring a second HTTP client into memory, 4 MiB of it. */
function answerOf(text: string): Response {
  return Object.assign(Object.create(null), { json: async (): Promise<unknown> => JSON.parse(text) });
}

function streamOf(body: unknown): { readonly body?: Readable } {
  return body instanceof ReadableStream ? { body: Readable.from(body) } : {};
}

/** `connection` is the agent's business. */
function headersOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  const names = Object.keys(value).filter((name) => name !== 'connection');
  return Object.fromEntries(names.map((name) => [name, stringIn(value, name) ?? '']));
}
