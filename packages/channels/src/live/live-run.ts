import { type ReplyOrigin, type RunEvent, type RunOutcome, takeBlocks } from '@chela/agent';
import type { ChannelFacts } from '../contract/facts.ts';
import type { OutboundAddress, OutboundPart, RenderedText } from '../contract/outbound.ts';
import { loadMarkdown } from '../format/markdown.ts';
import { answeredMessage } from '../outbound/answered-message.ts';
import { placeOf } from '../outbound/sending-writer.ts';
import { storedReceipt } from '../outbound/stored-part.ts';
import { messageParts } from '../reply/message-parts.ts';
import { type ReplySettings, replySettings } from '../reply/reply-settings.ts';
import { responsePrefix, withPrefix } from '../reply/response-prefix.ts';
import { type Blocks, createBlocks } from './blocks.ts';
import type { LiveDeps } from './create-live.ts';
import { createDraft, type Draft } from './draft.ts';
import type { LiveSettings } from './live-settings.ts';
import { blockKey, draftKey, toolKey } from './row-keys.ts';
import { createTyping } from './typing.ts';

/** One run while it works. */
export interface LiveRun {
  hear(event: RunEvent): void;
  finish(outcome: RunOutcome): Promise<void>;
  /** The gateway stops: nothing is shown any more, and what stands is the next process's. */
  drop(): void;
}

export interface LiveRunStart {
  readonly runId: string;
  readonly sessionKey: string;
  readonly agentId: string;
  readonly origin: ReplyOrigin;
  readonly facts: ChannelFacts;
  readonly settings: LiveSettings;
}

/** How long an answer waits for its draft's receipt; the draft is looked after by its row then. */
const DRAFT_PATIENCE_MS = 5_000;

export async function createLiveRun(deps: LiveDeps, start: LiveRunStart): Promise<LiveRun> {
  const { clock, logger, outbox, connections } = deps;
  const { runId, origin, facts, settings } = start;
  const address: OutboundAddress = placeOf(origin, origin);
  const place = {
    ...placeOf(origin, origin),
    runId,
    sessionKey: start.sessionKey,
    agentId: start.agentId,
    answers: answeredMessage(origin),
  };
  const openedAt = clock.now();
  // After a restart the run says everything anew: drafts go on, blocks would be said twice.
  const before = await deps.deliveries.ofRun(runId);
  const blocks = before.some(({ key }) => key.startsWith(blockKey(runId))) ? undefined : startBlocks();
  const drafts: Draft[] = [];
  const endings: Promise<void>[] = [];
  let draft: Draft | undefined;
  let saying = Promise.resolve();
  let said = 0;
  /** Set once nothing more is heard. */
  let ending: Promise<void> | undefined;

  const typing = createTyping({
    everyMs: settings.typingIntervalMs,
    clock,
    show() {
      connections
        .get(origin)
        ?.typing?.(address, 'text')
        .catch((error: unknown) => logger.debug('typing could not be shown', { channel: origin.channel, error }));
    },
  });

  function openDraft(): Draft | undefined {
    if (settings.draft === 'off' || blocks !== undefined) return undefined;
    const key = `${draftKey(runId)}${drafts.length}`;
    const receipt = storedReceipt(before.find((row) => row.key === key)?.receipt);
    const made = createDraft({
      messageId: receipt?.messageId,
      maxChars: facts.limits.textChars,
      openedAt: drafts.length === 0 ? openedAt : clock.now(),
      clock,
      send: (text) => sendDraft(key, text),
      edit: (messageId, text) => editDraft(messageId, text),
    });
    drafts.push(made);
    return made;
  }

  /** The text of one message of the model is complete. */
  function endDraft(made: Draft, showsShort: boolean): void {
    endings.push(
      made.end({ showsShort }).catch((error: unknown) => logger.warn('a draft could not be ended', { runId, error })),
    );
  }

  async function sendDraft(key: string, text: string): Promise<string | undefined> {
    if (connections.get(origin) === undefined) return undefined;
    const mode = deps.settings(origin).replyToMode;
    const isReply = mode === 'first' || mode === 'all';
    const part: OutboundPart = {
      kind: 'text',
      text: plain(text),
      ...(isReply && origin.button === undefined && { replyToId: origin.messageId }),
    };
    const rows = await outbox.add([{ ...place, key, partIndex: 0, part }]);
    const [row] = await outbox.settled(
      rows.map(({ id }) => id),
      DRAFT_PATIENCE_MS,
    );
    return storedReceipt(row?.receipt)?.messageId;
  }

  async function editDraft(messageId: string, text: string): Promise<'shown' | 'later' | 'over'> {
    const connection = connections.get(origin);
    const account = `${origin.channel} ${origin.accountId}`;
    if (connection?.draft === undefined) return 'over';
    // A draft never makes an answer wait: when the vendor takes no more, it is skipped. An edit is no new message.
    const { perGroupMinute: _, ...pace } = facts.limits.pace ?? {};
    if (deps.throttle.waitMs(account, origin.to, pace) > 0) return 'later';
    const part: OutboundPart = { kind: 'edit', messageId, text: plain(text) };
    try {
      const verdict = await deps.judge?.({
        // Each look of a draft is another text, so each is judged for itself.
        key: `${draftKey(start.runId)}:${text.length}`,
        isReply: true,
        runId: start.runId,
        account: origin,
        to: origin.to,
        part,
        sessionKey: start.sessionKey,
        agentId: start.agentId,
      });
      if (verdict !== undefined && verdict.kind !== 'allow') return 'over';
      deps.throttle.take(account, origin.to, pace);
      await connection.draft(address, part.text, messageId);
      return 'shown';
    } catch (error) {
      logger.debug('a draft could not be shown', { channel: origin.channel, error });
      return 'over';
    }
  }

  function startBlocks(): Blocks | undefined {
    if (settings.blocks === undefined) return undefined;
    return createBlocks({ settings: settings.blocks, clock, say: (text) => say(text) });
  }

  function say(text: string): void {
    const at = said;
    said += 1;
    saying = saying
      .then(() => writeBlock(text, at))
      .catch((error: unknown) => logger.error('a block of an answer could not be written', { runId, error }));
  }

  /** What is read of a tool, once; after a restart the row is there already. */
  function tell(key: string, told: string | undefined): void {
    if (told === undefined) return;
    saying = saying
      .then(() => writeTold(key, told))
      .catch((error: unknown) => logger.error('what a tool did could not be told', { runId, error }));
  }

  async function writeTold(key: string, told: string): Promise<void> {
    const config = deps.config.current();
    const reply = replySettings({ config, account: deps.settings(origin), facts, agentId: start.agentId });
    const message = { text: withPrefix(told, earlyPrefix(reply)), media: [], mediaUrls: [] };
    const parts = messageParts(message, { markdown: await loadMarkdown(), facts, render: reply.render });
    await outbox.add(parts.map((part, partIndex) => ({ ...place, key, partIndex, part })));
  }

  async function writeBlock(text: string, at: number): Promise<void> {
    const config = deps.config.current();
    const reply = replySettings({ config, account: deps.settings(origin), facts, agentId: start.agentId });
    const prefix = at === 0 ? earlyPrefix(reply) : undefined;
    const message = { text: withPrefix(text, prefix), media: [], mediaUrls: [] };
    const parts = messageParts(message, { markdown: await loadMarkdown(), facts, render: reply.render });
    const delay = settings.blocks?.humanDelay;
    const pauseMs = delay === undefined || at === 0 ? 0 : delay.minMs + deps.random() * (delay.maxMs - delay.minMs);
    await outbox.add(
      parts.map((part, partIndex) => ({
        ...place,
        key: `${blockKey(runId)}${at}`,
        partIndex,
        // The words as the model wrote them, by which the answer knows what was said.
        part: partIndex === 0 ? { ...part, source: text } : part,
        notBefore: Math.round(clock.now() + pauseMs),
      })),
    );
  }

  async function finish(outcome: RunOutcome): Promise<void> {
    typing.stop();
    blocks?.endMessage();
    blocks?.stop();
    if (draft !== undefined) endDraft(draft, isShownAsText(outcome));
    await Promise.all(endings);
    await saying;
  }

  return {
    hear(event) {
      if (ending !== undefined) return;
      typing.touch();
      switch (event.type) {
        case 'started':
          if (settings.typing === 'instant') typing.start();
          return;
        case 'thinking':
          if (settings.typing === 'thinking') typing.start();
          return;
        case 'text':
          if (settings.typing !== 'never') typing.start();
          blocks?.push(event.delta);
          draft ??= openDraft();
          draft?.grow(shownPart(event.text, settings));
          return;
        case 'assistantMessage':
          blocks?.endMessage();
          if (draft !== undefined) endDraft(draft, true);
          draft = undefined;
          return;
        case 'toolStarted':
          if (settings.typing !== 'never') typing.start();
          blocks?.flush();
          tell(toolKey(runId, event.toolCallId, 'start'), event.told);
          return;
        case 'toolFinished':
          tell(toolKey(runId, event.toolCallId, 'result'), event.told);
          return;
        default:
          return;
      }
    },
    finish(outcome) {
      ending ??= finish(outcome);
      return ending;
    },
    drop() {
      ending ??= Promise.resolve();
      typing.stop();
      blocks?.stop();
      for (const each of drafts) each.drop();
    },
  };
}

/** An answer with files takes no draft's place, so none is begun for it. */
function isShownAsText(outcome: RunOutcome): boolean {
  return outcome.kind === 'answered' && outcome.payloads.every(({ mediaUrl }) => mediaUrl === null);
}

/** What the model is, is only known at the end: a prefix that names it stands before no block. */
const NAMES_MODEL = /\{(?:model|provider|think)/i;

function earlyPrefix({ responsePrefix: template, identityName }: ReplySettings): string | undefined {
  if (template === undefined || NAMES_MODEL.test(template)) return undefined;
  return responsePrefix(template, { provider: '', model: '', thinkingLevel: '', identityName });
}

function plain(text: string): RenderedText {
  return { text, plain: text, isPlain: true };
}

/** In mode `block` a draft grows by whole pieces. */
function shownPart(text: string, { draft, draftChunk }: LiveSettings): string {
  if (draft !== 'block') return text;
  return text.slice(0, text.length - takeBlocks(text, draftChunk).rest.length);
}
