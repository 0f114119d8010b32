import type { InboundMessage } from '../contract/inbound.ts';

/** Whether a group's message is for us (reference channels/framework.md §8). Pure. */

export interface MentionQuestion {
  readonly mention: InboundMessage['mention'];
  /** What the session says by `/activation`; it stands over the configuration. */
  readonly activation: 'mention' | 'always' | undefined;
  /** The configuration's word for this group; absent: true. */
  readonly requireMention: boolean | undefined;
  readonly hasPatterns: boolean;
  readonly matchesPattern: boolean;
  /** A command of somebody who may use it. */
  readonly isAllowedCommand: boolean;
}

export interface MentionVerdict {
  readonly isForUs: boolean;
  readonly wasMentioned: boolean;
  /** When the agent answers in this conversation. */
  readonly activation: 'mention' | 'always';
}

export function mentionGate(question: MentionQuestion): MentionVerdict {
  const { mention, matchesPattern } = question;
  // Where others are named and we are not, only our own name counts; a reply to us is said to us all the same.
  const wasMentioned = mention.ofUs || matchesPattern || mention.isReplyToUs || mention.isForced === true;
  const requireMention =
    question.activation === undefined ? question.requireMention !== false : question.activation === 'mention';
  const activation = requireMention ? 'mention' : 'always';
  if (!requireMention || wasMentioned) return { isForUs: true, wasMentioned, activation };
  // Nothing can tell a mention here, so everything is answered (recorded sig-007).
  const canDetect = mention.isDetectable || question.hasPatterns;
  if (!canDetect) return { isForUs: true, wasMentioned, activation };
  const isBypassed = question.isAllowedCommand && !mention.ofOthers;
  return { isForUs: isBypassed, wasMentioned: wasMentioned || isBypassed, activation };
}
