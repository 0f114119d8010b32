/**
 * The Bot API on loopback, with the vendor's own answers and error texts: long polling, webhooks, messages that can be
 * edited and deleted, files. `faults` and the switches make it as bad as the real network.
 */
import type { CallLog } from '../call-log.ts';
import type { FaultScript } from '../faults.ts';
import { createFakeHttp, type PlatformAnswer, type PlatformRequest } from '../http/fake-http.ts';
import { createFiles, type FakeFile } from './files.ts';
import { createMessages, type Messages } from './messages.ts';
import { callMethod } from './methods.ts';
import { Refusal } from './refusal.ts';
import { createUpdates, type Update } from './updates.ts';
import { createWebhook } from './webhook.ts';

export interface FakeTelegramOptions {
  readonly token?: string;
  readonly bot?: { readonly id: number; readonly username: string; readonly first_name: string };
  /** What goes wrong, in place of a script. */
  readonly faults?: FaultScript;
  /** The order in which the updates of one answer stand; default: as they came. */
  readonly order?: (updates: readonly Update[]) => readonly Update[];
}

export interface FakeTelegram {
  readonly url: string;
  readonly token: string;
  readonly log: CallLog;
  readonly faults: FaultScript;
  readonly messages: Messages;
  /** Chats that answer "chat not found", and topics (`<chat>:<topic>`) that are gone. */
  readonly missing: Set<string>;
  /** Basic groups that became supergroups: old id to new id. */
  readonly migrated: Map<string, number>;
  /** Updates for the bot: polled, or posted to its webhook. */
  push(...updates: readonly Update[]): void;
  repeat(count: number): void;
  /** Forgets updates that the bot did not confirm. */
  forget(): void;
  addFile(fileId: string, file: FakeFile): void;
  /** Every call is answered with 401 from now on, until `restore`. */
  revoke(): void;
  restore(): void;
  dropConnections(): void;
  restart(whileAway?: () => void): Promise<void>;
  start(port?: number): Promise<string>;
  stop(): Promise<void>;
}

const TOKEN = '7000000001:TESTTOKEN';
const BOT = { id: 7000000001, username: 'clawd_bot', first_name: 'Clawd' };
const METHOD_PATH = /^\/bot([^/]+)\/(\w+)$/;
const FILE_PATH = /^\/file\/bot([^/]+)\/(.+)$/;

export function createFakeTelegram(options: FakeTelegramOptions = {}): FakeTelegram {
  const { token = TOKEN, bot = BOT, faults, order } = options;
  const messages = createMessages();
  const updates = createUpdates(order);
  const files = createFiles();
  const webhook = createWebhook();
  const missing = new Set<string>();
  const migrated = new Map<string, number>();
  let isRevoked = false;

  const answer = async (request: PlatformRequest): Promise<PlatformAnswer> => {
    const file = FILE_PATH.exec(request.path);
    if (file) {
      const bytes = files.at(file[2] ?? '');
      return bytes ? { body: bytes } : { status: 404, body: { ok: false, error_code: 404, description: 'Not Found' } };
    }
    const [, given, method = ''] = METHOD_PATH.exec(request.path) ?? [];
    try {
      if (given === undefined || (given !== token && !isRevoked)) throw new Refusal(404, 'Not Found');
      if (isRevoked) throw new Refusal(401, 'Unauthorized');
      const result = await callMethod(method, request, { messages, updates, files, webhook, missing, migrated, bot });
      return { body: { ok: true, result } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message: description, parameters } = error;
      return { status: code, body: { ok: false, error_code: code, description, ...(parameters && { parameters }) } };
    }
  };

  const http = createFakeHttp(
    {
      nameOf: ({ path, verb }) =>
        METHOD_PATH.exec(path)?.[2] ?? (FILE_PATH.test(path) ? `${verb} ${path.replace(token, '<token>')}` : undefined),
      answer,
    },
    faults,
  );

  return {
    get url() {
      return http.url;
    },
    token,
    log: http.log,
    faults: http.faults,
    messages,
    missing,
    migrated,
    push(...pushed) {
      for (const update of pushed) {
        files.learn(update);
        for (const { chatId, id } of foreignMessages(update)) messages.noteForeign(chatId, id);
      }
      if (!webhook.post(pushed)) updates.push(...pushed);
    },
    repeat: (count) => updates.repeat(count),
    forget: () => updates.clear(),
    addFile: (fileId, file) => files.add(fileId, file),
    revoke() {
      isRevoked = true;
      http.dropConnections();
    },
    restore() {
      isRevoked = false;
    },
    dropConnections: http.dropConnections,
    restart: http.restart,
    start: http.start,
    async stop() {
      webhook.stop();
      await http.stop();
    },
  };
}

/** Messages of people that an update tells of. */
function foreignMessages(update: Update): readonly { chatId: string; id: number }[] {
  return ['message', 'channel_post'].flatMap((kind) => {
    const message = update[kind];
    if (typeof message !== 'object' || message === null || !('message_id' in message) || !('chat' in message))
      return [];
    const { chat, message_id: id } = message;
    if (typeof chat !== 'object' || chat === null || !('id' in chat)) return [];
    return [{ chatId: String(chat.id), id: Number(id) }];
  });
}
