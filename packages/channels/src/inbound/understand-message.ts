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
  readonly connections: Pick<Connections, 'get'>;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Fires when this process ends; the message is then the next one's. */
  readonly signal: AbortSignal;
}

/**
 * Makes the step that finds words for voice notes, videos and links of a message, as `tools.media` and `tools.links` say
 * (reference agent/models.md §10). It never loses a message: what fails or takes too long leaves it as it was.
 */
export function createHearing(
  deps: HearDeps,
): (account: AccountName, options: { readonly runId: string; readonly maxMb: number }) => HearMessage {
  const { logger, signal } = deps;

  async function filesOf(account: AccountName, message: InboundMessage, options: { runId: string; maxMb: number }) {
    const { attachments } = message;
    if (!attachments.some(({ kind }) => KIND_OF[kind] !== undefined)) return undefined;
    const fetched = await fetchAttachments({
      folder: join(deps.stateDir, 'media', 'inbound'),
      connection: await connectionOf(deps, account),
      attachments,
      maxBytes: options.maxMb * MIB,
      runId: options.runId,
      signal,
      logger,
    });
    // Said when it is handed over, like for every other file.
    return fetched.isTooLarge ? undefined : fetched.media;
  }

  return (account, options) => async (message, route) => {
    if (!mayHoldWords(message)) return undefined;
    const late = new AbortController();
    try {
      const media = await filesOf(account, message, options);
      const task = deps.understand({
        agentId: route.agentId,
        text: message.text.trim(),
        attachments: (media ?? []).map(({ path, mimeType }, at) => attachmentOf(message, path, mimeType, at)),
        place: { sessionKey: route.sessionKey, channel: account.channel, chatType: message.conversation.type },
        signal: AbortSignal.any([late.signal, signal]),
      });
      const words = await within<InboundWords | undefined>(task, UNDERSTAND_MS, deps.clock, () => undefined);
      signal.throwIfAborted();
      if (words === undefined) logger.warn('a message goes on without words for its files: it took too long', options);
      return words && { ...words, ...(media !== undefined && { media: unspoken(media, words) }) };
    } catch (error) {
      signal.throwIfAborted();
      logger.warn('a message goes on without words for its files', { ...options, error });
      return undefined;
    } finally {
      late.abort();
    }
  };
}

/** Whether a message came as sound alone, so that only its transcript can be a command or name us. */
export function isSpoken({ text, attachments }: InboundMessage): boolean {
  return text.trim() === '' && attachments.some(({ kind }) => KIND_OF[kind] === 'audio');
}

function mayHoldWords({ text, attachments }: InboundMessage): boolean {
  return LINK.test(text) || attachments.some(({ kind }) => KIND_OF[kind] !== undefined);
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
