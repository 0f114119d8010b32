import type { ReplyOrigin } from '@chela/agent';
import type { Config, ConfigService } from '@chela/config';
import { defaultAgentId } from '@chela/config';
import type { Clock } from '@chela/observability';
import type { DeliveryRow } from '@chela/store';
import type { OutboundAddress, OutboundPart } from '../contract/outbound.ts';
import { loadMarkdown } from '../format/markdown.ts';
import type { AccountName, AdapterCatalog, MirrorPlace, NewSending } from '../kernel.ts';
import { messageParts } from '../reply/message-parts.ts';
import { replySettings } from '../reply/reply-settings.ts';
import type { OutboundMediaFiles } from './media/create-outbound-media.ts';
import { mediaLink } from './media/media-link.ts';
import type { DeliveryMirror } from './mirror-sent.ts';
import type { Outbox } from './outbox.ts';
import type { QueuedMessage } from './take-over-queue.ts';

/** Writes the rows of what is no answer of a run: sends of tools and requests, announcements, notices. */
export interface SendingWriter {
  enqueue(sending: NewSending): Promise<readonly DeliveryRow[]>;
  notify(origin: ReplyOrigin, key: string, text: string): Promise<void>;
  /** False when its channel is not here (any more). */
  takeOver(message: QueuedMessage): Promise<boolean>;
}

/** More waits only when nothing leaves at all; who sends is told. */
const MAX_WAITING = 10_000;

export function createSendingWriter(deps: {
  readonly catalog: Pick<AdapterCatalog, 'load'>;
  readonly config: ConfigService;
  readonly settings: (account: AccountName) => Readonly<Record<string, unknown>>;
  readonly workspaceDir: (agentId: string) => string;
  readonly media: OutboundMediaFiles;
  readonly outbox: Outbox;
  readonly clock: Clock;
}): SendingWriter {
  const { catalog, outbox } = deps;

  async function partsOf(sending: NewSending, config: Config): Promise<readonly OutboundPart[]> {
    const facts = (await catalog.load(sending.account.channel))?.facts;
    if (facts === undefined) throw new Error(`Unsupported channel: ${sending.account.channel}`);
    const agentId = sending.agentId ?? defaultAgentId(config);
    const { render, mediaMaxBytes } = replySettings({
      config,
      account: deps.settings(sending.account),
      facts,
      agentId,
    });
    const wish = {
      workspaceDir: deps.workspaceDir(agentId),
      maxBytes: mediaMaxBytes,
      ...(sending.asVoice === true && { asVoice: true }),
      ...(sending.asGif === true && { asGif: true }),
    };
    const urls = sending.mediaUrls ?? [];
    const asLinks = facts.mediaAsLinks === true;
    const media = asLinks ? [] : await Promise.all(urls.map((url) => deps.media.keep(url, wish)));
    const message = {
      text: sending.text ?? '',
      media,
      mediaUrls: asLinks ? urls.map((url) => mediaLink(url, facts)) : [],
      buttons: sending.buttons,
      replyToId: sending.replyToId,
      quoteText: sending.quoteText,
      silent: sending.silent,
    };
    return [...messageParts(message, { markdown: await loadMarkdown(), facts, render }), ...(sending.parts ?? [])];
  }

  async function enqueue(sending: NewSending): Promise<readonly DeliveryRow[]> {
    const { account, address, key, sessionKey, agentId, bestEffort } = sending;
    const parts = await partsOf(sending, deps.config.current());
    if ((await outbox.measure()) + parts.length > MAX_WAITING) {
      throw new Error(`${MAX_WAITING} messages wait to be sent; the channels do not take them`);
    }
    return outbox.add(
      parts.map((part, partIndex) => ({
        ...placeOf(account, address),
        key,
        partIndex,
        part,
        ...(sessionKey !== undefined && { sessionKey }),
        ...(agentId !== undefined && { agentId }),
        ...(bestEffort === true && { bestEffort }),
        ...(partIndex === 0 && sending.mirror !== undefined && { mirror: mirrorOf(sending, sending.mirror) }),
      })),
    );
  }

  return {
    enqueue,
    async notify(origin, key, text) {
      const part: OutboundPart = { kind: 'text', text: { text, plain: text, isPlain: true }, isNotice: true };
      await outbox.add([{ ...placeOf(origin, origin), key, partIndex: 0, part, answers: origin.messageId }]);
    },
    async takeOver({ channel, accountId, to, threadId, sending }) {
      const address = (await catalog.load(channel))?.targets.read(to);
      if (address === undefined) return false;
      const place = threadId === undefined ? address : { ...address, threadId };
      await enqueue({ ...sending, account: { channel, accountId }, address: place });
      return true;
    },
  };
}

export function placeOf({ channel, accountId }: AccountName, { to, threadId }: OutboundAddress) {
  return { channel, accountId, to, ...(threadId !== undefined && { threadId }) };
}

function mirrorOf({ text = '', mediaUrls }: NewSending, place: MirrorPlace): DeliveryMirror {
  return { ...place, text, ...(mediaUrls !== undefined && { mediaUrls }) };
}
