import { type AgentRequest, type DeliveryPlace, type GatewayWord, placeOfAnswer, type RunOutcome } from '@chela/agent';
import type { Config, ConfigService } from '@chela/config';
import type { Logger } from '@chela/observability';
import type { DeliveryRepository, DeliveryRow } from '@chela/store';
import { ChannelError } from '../contract/channel-error.ts';
import type { ChannelFacts } from '../contract/facts.ts';
import type { OutboundMedia } from '../contract/outbound.ts';
import { loadMarkdown } from '../format/markdown.ts';
import type { AccountName, AdapterCatalog, Connections } from '../kernel.ts';
import { blockKey, draftKey } from '../live/row-keys.ts';
import { textOf } from '../record.ts';
import { messageParts } from '../reply/message-parts.ts';
import { planReply, type ReadyPayload, type ShownDraft } from '../reply/plan-reply.ts';
import { defaultsOf, type ReplySettings, replySettings, sectionOf } from '../reply/reply-settings.ts';
import { responsePrefix, withPrefix } from '../reply/response-prefix.ts';
import { answeredMessage } from './answered-message.ts';
import type { OutboundMediaFiles } from './media/create-outbound-media.ts';
import { mediaLink } from './media/media-link.ts';
import type { Outbox } from './outbox.ts';
import { placeOf } from './sending-writer.ts';
import { awaitedMessage, storedPart, storedReceipt } from './stored-part.ts';

/** Writes the rows of a run's answer, once: everything it needs besides the outcome stands in rows of the same run. */
export interface ReplyWriter {
  deliver(request: AgentRequest, outcome: RunOutcome): Promise<void>;
  /** Says that a session starts over, where the channel does that. */
  tell(request: AgentRequest, word: GatewayWord): Promise<void>;
}

/** Sendings of tools in one run that are looked at for repetitions. */
const MAX_TOOL_SENDINGS = 200;

export function createReplyWriter(deps: {
  readonly deliveries: DeliveryRepository;
  readonly catalog: Pick<AdapterCatalog, 'load'>;
  readonly connections: Pick<Connections, 'get'>;
  readonly config: ConfigService;
  readonly settings: (account: AccountName) => Readonly<Record<string, unknown>>;
  readonly workspaceDir: (agentId: string) => string;
  readonly media: OutboundMediaFiles;
  readonly outbox: Outbox;
  /** Ends what is shown of a run while it works, and says when nothing more comes of it. */
  readonly live: { finish(runId: string, outcome: RunOutcome): Promise<void> };
  readonly logger: Logger;
}): ReplyWriter {
  const { deliveries, catalog, outbox, logger } = deps;

  async function write(request: AgentRequest, place: DeliveryPlace, outcome: RunOutcome): Promise<void> {
    if ((await deliveries.ofKey(request.runId)).length > 0) return;
    const facts = (await catalog.load(place.channel))?.facts;
    if (facts === undefined) throw new Error(`there is no channel ${place.channel} to answer on`);
    const config = deps.config.current();
    const { origin } = request;
    const answers = origin === undefined ? undefined : answeredMessage(origin);
    const settings = replySettings({ config, account: deps.settings(place), facts, agentId: request.agentId });
    const shown = await deliveries.ofRun(request.runId);
    const parts = planReply({
      rules: { markdown: await loadMarkdown(), facts, render: settings.render },
      settings,
      channel: place.channel,
      outcome,
      payloads: await Promise.all(outcome.payloads.map((payload) => ready(payload, request, facts, settings))),
      prefix: prefixOf(request, settings, config, outcome.meta.agentMeta),
      currentMessageId: origin?.button === undefined ? origin?.messageId : undefined,
      page: origin?.button?.turnsPage === true ? origin.button.messageId : undefined,
      drafts: await draftsOf(request.runId, shown),
      said: shown.flatMap((row) =>
        row.key.startsWith(blockKey(request.runId)) && row.state !== 'dead' ? sourceOf(row) : [],
      ),
      sentByTool: await sentByTool(request, place, outcome),
    });
    const removesAck = origin?.isAcked === true && sectionOf(config.messages).removeAckAfterReply === true;
    await outbox.add(
      parts.map((part, partIndex) => ({
        ...placeOf(place, place),
        key: request.runId,
        partIndex,
        part: removesAck && partIndex === 0 ? { ...part, removesAck } : part,
        runId: request.runId,
        sessionKey: request.sessionKey,
        agentId: request.agentId,
        ...(answers !== undefined && { answers }),
      })),
    );
  }

  async function tell(request: AgentRequest, place: DeliveryPlace, { key, text, model }: GatewayWord): Promise<void> {
    const facts = (await catalog.load(place.channel))?.facts;
    if (facts === undefined) throw new Error(`there is no channel ${place.channel} to speak on`);
    if (facts.confirmsReset === false) return;
    const config = deps.config.current();
    const { agentId } = request;
    const settings = replySettings({ config, account: deps.settings(place), facts, agentId });
    const message = {
      text: withPrefix(text, prefixOf(request, settings, config, model)),
      media: [],
      mediaUrls: [],
    };
    const parts = messageParts(message, { markdown: await loadMarkdown(), facts, render: settings.render });
    await outbox.add(parts.map((part, partIndex) => ({ ...placeOf(place, place), key, partIndex, part, agentId })));
  }

  /** A voice message is announced as one. Whether the sign was shown decides nothing. */
  function showRecording({ origin }: AgentRequest): void {
    if (origin === undefined) return;
    deps.connections
      .get(origin)
      ?.typing?.(placeOf(origin, origin), 'voice')
      .catch((error: unknown) => logger.debug('the recording sign was not shown', { channel: origin.channel, error }));
  }

  /** A file that cannot be had is said in the answer; the answer itself goes out. */
  async function ready(
    payload: RunOutcome['payloads'][number],
    request: AgentRequest,
    facts: ChannelFacts,
    settings: ReplySettings,
  ): Promise<ReadyPayload> {
    const urls = payload.mediaUrls ?? (payload.mediaUrl === null ? [] : [payload.mediaUrl]);
    const wish = {
      workspaceDir: deps.workspaceDir(request.agentId),
      maxBytes: settings.mediaMaxBytes,
      ...(payload.delivery?.asVoice === true && { asVoice: true }),
    };
    const media: OutboundMedia[] = [];
    const mediaUrls: string[] = [];
    const notes: string[] = [];
    for (const url of urls) {
      try {
        if (facts.mediaAsLinks === true) mediaUrls.push(mediaLink(url, facts));
        else media.push(await deps.media.keep(url, wish));
        if (media.at(-1)?.kind === 'voice') showRecording(request);
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error;
        logger.warn('a file of an answer cannot be sent', { runId: request.runId, reason: error.message });
        notes.push(`⚠️ A file could not be attached: ${error.message}`);
      }
    }
    if (notes.length === 0) return { payload, media, mediaUrls };
    const text = [payload.text, ...notes].filter((line) => line !== '').join('\n\n');
    return { payload: { ...payload, text }, media, mediaUrls };
  }

  /** Drafts that stand, or may stand yet; one that did not leave is called back. */
  async function draftsOf(runId: string, shown: readonly DeliveryRow[]): Promise<readonly ShownDraft[]> {
    const drafts: ShownDraft[] = [];
    for (const row of shown.filter(({ key }) => key.startsWith(draftKey(runId)))) {
      const [text = ''] = textsOf([row]);
      const receipt = storedReceipt(row.receipt);
      if (receipt !== undefined) drafts.push({ messageId: receipt.messageId, text });
      else if (row.readyAt !== undefined && !(await deliveries.withdraw(row.id))) {
        drafts.push({ messageId: awaitedMessage(row.id), text });
      }
    }
    return drafts;
  }

  async function sentByTool(
    request: AgentRequest,
    place: DeliveryPlace,
    outcome: RunOutcome,
  ): Promise<readonly string[]> {
    const rows = await deliveries.sentFor(
      placeOf(place, place),
      request.sessionKey,
      outcome.startedAt,
      MAX_TOOL_SENDINGS,
    );
    const byKey = new Map<string, DeliveryRow[]>();
    for (const row of rows) {
      if (row.runId !== undefined || row.state === 'dead') continue;
      byKey.set(row.key, [...(byKey.get(row.key) ?? []), row]);
    }
    return [...byKey.values()].map((sending) => textsOf(sending).join('\n'));
  }

  return {
    async deliver(request, outcome) {
      const place = placeOfAnswer(request);
      if (place === undefined || request.heartbeat !== undefined || request.memoryFlush === true) return;
      await deps.live.finish(request.runId, outcome);
      if (outcome.kind === 'answered' && outcome.queued === true) return;
      await write(request, place, outcome);
    },
    async tell(request, word) {
      const place = placeOfAnswer(request);
      if (place !== undefined) await tell(request, place, word);
    },
  };
}

function prefixOf(
  request: AgentRequest,
  { responsePrefix: template, identityName }: ReplySettings,
  config: Config,
  { provider, model }: { readonly provider: string; readonly model: string },
): string | undefined {
  const thinkingLevel = request.thinking ?? textOf(defaultsOf(config).thinkingDefault) ?? 'off';
  return responsePrefix(template, { provider, model, thinkingLevel, identityName });
}

/** What the rows say, without marks. */
function textsOf(rows: readonly DeliveryRow[]): readonly string[] {
  return rows.flatMap((row) => {
    const part = storedPart(row);
    if (part?.kind === 'text' || part?.kind === 'edit') return [part.text.plain];
    return part?.kind === 'media' && part.caption !== undefined ? [part.caption.plain] : [];
  });
}

/** A block as the model wrote it; its other parts have none. */
function sourceOf({ part }: DeliveryRow): readonly string[] {
  const source: unknown = typeof part === 'object' && part !== null ? Reflect.get(part, 'source') : undefined;
  return typeof source === 'string' ? [source] : [];
}
