import type { ReplyPayload, RunOutcome } from '@chela/agent';
import type { OutboundButton, OutboundMedia, OutboundPart } from '../contract/outbound.ts';
import { type Message, messageParts, type PartRules } from './message-parts.ts';
import { renderMessages } from './render.ts';
import type { ReplySettings } from './reply-settings.ts';
import { withPrefix } from './response-prefix.ts';
import { squash, withoutSaid } from './said-text.ts';

/** Said when a run had nothing to say and did not mean to be silent (reference channels/telegram.md §4). */
const NOTHING_SAID_TEXT = 'No response generated. Please try again.';

/** A payload of an answer whose media are files by now. */
export interface ReadyPayload {
  readonly payload: ReplyPayload;
  readonly media: readonly OutboundMedia[];
  /** Addresses, for channels that take no files. */
  readonly mediaUrls: readonly string[];
}

/** A message that shows the beginning of an answer. */
export interface ShownDraft {
  readonly messageId: string;
  /** What it began with. */
  readonly text: string;
}

export interface ReplyPlanInput {
  readonly rules: PartRules;
  readonly settings: Pick<ReplySettings, 'replyToMode'>;
  readonly channel: string;
  readonly outcome: RunOutcome;
  readonly payloads: readonly ReadyPayload[];
  readonly prefix: string | undefined;
  /** The message that is answered; undefined when none is, or when it is no message, e.g. a pressed button. */
  readonly currentMessageId: string | undefined;
  /** A message of ours whose place a command's answer takes. */
  readonly page?: string | undefined;
  readonly drafts: readonly ShownDraft[];
  /** Texts that went out as blocks while the answer was written. */
  readonly said: readonly string[];
  /** Texts that the message tool sent to the same place in this run. */
  readonly sentByTool: readonly string[];
}

/**
 * The parts that show a run's answer, in order (reference channels/framework.md §12 to §16). An answer that stands in
 * one message takes the place of its draft; other drafts are removed behind it. Pure.
 */
export function planReply(input: ReplyPlanInput): readonly OutboundPart[] {
  const turned = pageOf(input);
  if (turned !== undefined) return [turned];
  const open = [...input.drafts];
  const parts: OutboundPart[] = [];
  let isBelow = false;
  for (const message of messagesOf(input)) {
    const made = messageParts(message, input.rules);
    // Behind a new message an older draft would be read in the wrong order.
    const draft = isBelow ? undefined : draftFor(message, open);
    const edit = draft && editOf(made, draft);
    parts.push(...(edit === undefined ? made : [edit]));
    if (draft === undefined || edit === undefined) isBelow = true;
    else open.splice(open.indexOf(draft), 1);
  }
  if (!input.rules.facts.can.unsend) return parts;
  return [...parts, ...open.map(({ messageId }): OutboundPart => ({ kind: 'delete', messageId }))];
}

/** A command's answer as an edit of the message whose button asked for it; undefined when it is more than one text. */
function pageOf(input: ReplyPlanInput): OutboundPart | undefined {
  const { outcome, page, rules } = input;
  if (page === undefined || outcome.kind !== 'answered' || outcome.command !== true) return undefined;
  const parts = messagesOf(input).flatMap((message) => messageParts(message, rules));
  return editOf(parts, { messageId: page });
}

/** A message with the text as the model wrote it, by which its draft is known. */
interface ReplyMessage extends Message {
  readonly written: string;
  readonly isAside?: true;
}

function messagesOf(input: ReplyPlanInput): readonly ReplyMessage[] {
  const { payloads, outcome } = input;
  if (payloads.length === 0) return isExpectedToBeEmpty(input) ? [] : [notice(NOTHING_SAID_TEXT)];
  const texts = withoutSaid(
    payloads.map(({ payload }) => payload.text),
    input.said,
  );
  const sent = new Set(input.sentByTool.map(squash));
  const replyIds = replyIdsOf(input);
  return payloads.flatMap(({ payload, media, mediaUrls }, at): ReplyMessage[] => {
    const text = texts[at] ?? '';
    const isRepeated = text !== '' && outcome.kind === 'answered' && sent.has(squash(plainOf(text, input.rules)));
    const left = isRepeated ? '' : text;
    if (left === '' && media.length === 0 && mediaUrls.length === 0) return [];
    return [
      {
        written: payload.text,
        ...(payload.delivery?.isAside === true && { isAside: true as const }),
        text: withPrefix(left, input.prefix),
        media,
        mediaUrls,
        buttons: buttonsOf(payload, input.channel),
        replyToId: replyIds[at],
      },
    ];
  });
}

/** What people read of a text. */
function plainOf(text: string, { markdown, render }: PartRules): string {
  return renderMessages(markdown, text, render)
    .map(({ plain }) => plain)
    .join('\n');
}

/** Nothing is said about an answer that is silent on purpose, comes from another run, or was given already. */
function isExpectedToBeEmpty({ outcome, said, sentByTool }: ReplyPlanInput): boolean {
  if (outcome.kind !== 'answered') return true;
  const { silent, command, heartbeat, queued, clientCalls } = outcome;
  if (silent || command === true || queued === true || heartbeat !== undefined || clientCalls !== undefined)
    return true;
  return said.length > 0 || sentByTool.length > 0;
}

function notice(text: string): ReplyMessage {
  return { written: text, text, media: [], mediaUrls: [] };
}

/**
 * Only a tag of the model makes an answer a reply; the mode says whether it counts, and `first` that it counts once
 * (reference channels/framework.md §12, recorded reality).
 */
function replyIdsOf({ payloads, settings, rules, currentMessageId }: ReplyPlanInput): readonly (string | undefined)[] {
  let isUsed = false;
  return payloads.map(({ payload }) => {
    const tag = payload.delivery?.replyTo;
    if (tag === undefined) return undefined;
    if (settings.replyToMode === 'off' && !rules.facts.keepsReplyTags) return undefined;
    if (settings.replyToMode === 'first' && isUsed) return undefined;
    isUsed = true;
    return 'id' in tag ? tag.id : currentMessageId;
  });
}

function draftFor(message: ReplyMessage, drafts: readonly ShownDraft[]): ShownDraft | undefined {
  // Read before the answer, it stands where the answer was begun.
  if (message.isAside === true) return drafts[0];
  const text = squash(message.written);
  return drafts.find((draft) => draft.text !== '' && text.startsWith(squash(draft.text)));
}

/** The one text of a message as an edit of its draft; undefined when the message is more than that. */
function editOf(
  parts: readonly OutboundPart[],
  { messageId }: Pick<ShownDraft, 'messageId'>,
): OutboundPart | undefined {
  const [part, ...others] = parts;
  if (part?.kind !== 'text' || others.length > 0) return undefined;
  return { ...part, kind: 'edit', messageId };
}

/** `channelData.<channel>.buttons`: rows of `{ text, callback_data, style? }`. */
function buttonsOf({ delivery }: ReplyPayload, channel: string): readonly (readonly OutboundButton[])[] | undefined {
  const data = delivery?.channelData?.[channel];
  const rows: unknown = typeof data === 'object' && data !== null && 'buttons' in data ? data.buttons : undefined;
  if (!Array.isArray(rows)) return undefined;
  return rows.flatMap((row: unknown) => (Array.isArray(row) ? [row.flatMap(readButton)] : []));
}

function readButton(value: unknown): OutboundButton[] {
  if (typeof value !== 'object' || value === null) return [];
  const text: unknown = Reflect.get(value, 'text');
  const data: unknown = Reflect.get(value, 'callback_data');
  const style: unknown = Reflect.get(value, 'style');
  if (typeof text !== 'string' || typeof data !== 'string') return [];
  return [{ text, data, ...(typeof style === 'string' && { style }) }];
}
