import { join } from 'node:path';
import type { InboundMedia } from '@chela/agent';
import type { InboundWords, UnderstandInbound } from '@chela/models';
import type { Clock, Logger } from '@chela/observability';
import type { InboundAttachment, InboundMessage } from '../contract/inbound.ts';
import type { AccountName, Connections } from '../kernel.ts';
import { within } from '../within.ts';
import { connectionOf } from './account-connection.ts';
import { fetchAttachments } from './fetch-attachments.ts';
import type { ConversationRoute } from './route-conversation.ts';

/** What a message says besides its letters, and the files that were fetched for it. */
export interface HeardMessage extends Pick<InboundWords, 'body' | 'commandText' | 'transcript'> {
  /** All files of the message but those whose words stand in the body. Absent: none were fetched. */
  readonly media?: readonly InboundMedia[];
}

/** Undefined when there is nothing to make words of, or nobody could: the message goes on as it is. */
export type HearMessage = (message: InboundMessage, route: ConversationRoute) => Promise<HeardMessage | undefined>;

/** Longer than the time limits of the settings allow together; whatever is wrong, a message waits no longer. */
const UNDERSTAND_MS = 180_000;
const MIB = 1024 * 1024;
const KIND_OF: Readonly<Partial<Record<InboundAttachment['kind'], 'audio' | 'video'>>> = {
  voice: 'audio',
  audio: 'audio',
  video: 'video',
};
const LINK = /https?:\/\//i;

export interface HearDeps {
  readonly understand: UnderstandInbound;
  /** Whether the model that answers there is shown pictures; absent: a sticker is left to the turn like any picture. */
  readonly seesImages?: SeesImages;
  readonly connections: Pick<Connections, 'get'>;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Fires when this process ends; the message is then the next one's. */
  readonly signal: AbortSignal;
}

export type SeesImages = (place: Pick<ConversationRoute, 'agentId' | 'sessionKey'>) => Promise<boolean>;

interface HearOptions {
  readonly runId: string;
  readonly maxMb: number;
}

/**
 * Makes the step that finds words for voice notes, videos and links of a message, as `tools.media` and `tools.links` say
 * (reference agent/models.md §10), and for stickers where the model cannot see (reference channels/telegram.md §3). It
 * never loses a message: what fails or takes too long leaves it as it was.
 */
export function createHearing(deps: HearDeps): (account: AccountName, options: HearOptions) => HearMessage {
  const { logger, signal } = deps;

  async function filesOf(account: AccountName, { attachments }: InboundMessage, { runId, maxMb }: HearOptions) {
    const fetched = await fetchAttachments({
      folder: join(deps.stateDir, 'media', 'inbound'),
      connection: await connectionOf(deps, account),
      attachments,
      maxBytes: maxMb * MIB,
      runId,
      signal,
      logger,
    });
    // Said when it is handed over, like for every other file.
    return fetched.isTooLarge ? undefined : fetched.media;
  }

  /** Undefined when it took too long. */
  async function wordsFor(
    message: Omit<Parameters<UnderstandInbound>[0], 'signal'>,
    { runId }: HearOptions,
  ): Promise<InboundWords | undefined> {
    const late = new AbortController();
    try {
      const task = deps.understand({ ...message, signal: AbortSignal.any([late.signal, signal]) });
      const words = await within<InboundWords | undefined>(task, UNDERSTAND_MS, deps.clock, () => undefined);
      signal.throwIfAborted();
      if (words === undefined) {
        logger.warn('a message goes on without words for its files: it took too long', { runId });
      }
      return words;
    } finally {
      late.abort();
    }
  }

  const placeOf = (account: AccountName, message: InboundMessage, route: ConversationRoute) => ({
    agentId: route.agentId,
    place: { sessionKey: route.sessionKey, channel: account.channel, chatType: message.conversation.type },
  });

  async function listen(account: AccountName, options: HearOptions, message: InboundMessage, route: ConversationRoute) {
    const media = hasSound(message) ? await filesOf(account, message, options) : undefined;
    const words = await wordsFor(
      {
        ...placeOf(account, message, route),
        text: message.text.replaceAll('\r\n', '\n').trim(),
        attachments: (media ?? []).map(({ path, mimeType }, at) => attachmentOf(message, path, mimeType, at)),
      },
      options,
    );
    return words && { ...words, ...(media !== undefined && { media: unspoken(media, words) }) };
  }

  /** A sticker is described once; the channel keeps what was seen. */
  async function describe(
    account: AccountName,
    options: HearOptions,
    message: InboundMessage,
    route: ConversationRoute,
  ) {
    const sticker = message.attachments.find(({ kind }) => kind === 'sticker');
    if (sticker === undefined || (await deps.seesImages?.(route)) !== false) return undefined;
    const connection = await connectionOf(deps, account);
    const known = await connection?.fileWords?.find(sticker);
    const seen = known ?? (await lookAt(account, options, message, route));
    if (seen === undefined) return undefined;
    if (known === undefined) {
      await connection?.fileWords?.keep(sticker, seen).catch((error: unknown) => {
        logger.warn('what a sticker shows could not be kept', { runId: options.runId, error });
      });
    }
    const body = [message.note ?? '', seen].filter(Boolean).join(' ');
    return { body, commandText: message.text, transcript: undefined, media: [] };
  }

  async function lookAt(account: AccountName, options: HearOptions, message: InboundMessage, route: ConversationRoute) {
    const attachments = ((await filesOf(account, message, options)) ?? []).map(({ path, mimeType }, at) =>
      attachmentOf(message, path, mimeType, at),
    );
    if (attachments.length === 0) return undefined;
    const asked = { ...placeOf(account, message, route), text: '', attachments, kinds: ['image'] as const };
    return (await wordsFor(asked, options))?.understood[0]?.text.trim() || undefined;
  }

  return (account, options) => async (message, route) => {
    const isSticker = message.attachments.some(({ kind }) => kind === 'sticker');
    if (!isSticker && !mayHoldWords(message)) return undefined;
    try {
      return await (isSticker ? describe : listen)(account, options, message, route);
    } catch (error) {
      signal.throwIfAborted();
      logger.warn('a message goes on without words for its files', { ...options, error });
      return undefined;
    }
  };
}

/** Whether a message came as sound alone, so that only its transcript can be a command or name us. */
export function isSpoken({ text, attachments }: InboundMessage): boolean {
  return text.trim() === '' && attachments.some(({ kind }) => KIND_OF[kind] === 'audio');
}

/** A place is told in words of its own. */
function mayHoldWords({ text, attachments, location }: InboundMessage): boolean {
  if (location !== undefined) return false;
  return LINK.test(text) || hasSound({ attachments });
}

function hasSound({ attachments }: Pick<InboundMessage, 'attachments'>): boolean {
  return attachments.some(({ kind }) => KIND_OF[kind] !== undefined);
}

function attachmentOf({ attachments }: InboundMessage, path: string, mimeType: string, at: number) {
  const only = attachments.length === 1 ? attachments[at] : undefined;
  const kind = only === undefined ? undefined : KIND_OF[only.kind];
  return { path, mimeType, fileName: path.slice(path.lastIndexOf('/') + 1), ...(kind !== undefined && { kind }) };
}

/** The model reads the words instead of the file, when all files of a kind have words. */
function unspoken(media: readonly InboundMedia[], { understood }: InboundWords): readonly InboundMedia[] {
  const isOf = (kind: string, { mimeType }: InboundMedia): boolean => mimeType.toLowerCase().startsWith(`${kind}/`);
  const told = (['audio', 'video'] as const).filter((kind) => {
    const words = understood.filter((one) => one.kind === kind).length;
    return words > 0 && words === media.filter((file) => isOf(kind, file)).length;
  });
  return media.filter((file) => !told.some((kind) => isOf(kind, file)));
}
