import { type AssistantMessage, normalizeReasoning } from '@chela/models';
import type { SessionEntry } from '@chela/store';
import { placeOfAnswer } from '../reply/place-of-answer.ts';
import type { ReplyPayload, RunOutcome } from '../runtime.ts';
import { verboseLevelOf } from '../sessions/verbose-level.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';

/**
 * The outcome with what is said beside the answer, in messages of their own before it: that a verbose conversation started
 * anew or was summarised, and what the model thought where the session shows it (reference cases channels/golden/telegram, own-reasoning-*).
 * Only people on channels read it there; other clients have it from events. A heartbeat tells thoughts where it is set to.
 */
export async function withAsides(
  { config, store }: Pick<TurnDeps, 'config' | 'store'>,
  turn: Turn,
  outcome: RunOutcome,
): Promise<RunOutcome> {
  const { request } = turn.run;
  if (outcome.kind !== 'answered' || outcome.command === true || request.memoryFlush === true) return outcome;
  const { heartbeat } = request;
  const isRead = heartbeat === undefined ? placeOfAnswer(request) !== undefined : heartbeat.includeReasoning === true;
  if (!isRead) return outcome;
  const entry = (await store.sessions.get(request.sessionKey))?.entry;
  const isVerbose = heartbeat === undefined && verboseLevelOf(config.current(), entry) !== 'off';
  const asides = [
    ...(isVerbose ? newsOf(turn, entry) : []),
    ...(normalizeReasoning(entry?.reasoningLevel ?? '') === 'on' ? reasoningOf(turn.finalMessage) : []),
  ];
  return asides.length === 0 ? outcome : { ...outcome, payloads: [...asides, ...outcome.payloads] };
}

/** What happened to the conversation with this message. */
function newsOf({ session, hasCompacted }: Turn, entry: SessionEntry | undefined): readonly ReplyPayload[] {
  const texts = [
    ...(session?.isNew === true ? [`🧭 New session: ${session.sessionId}`] : []),
    ...(hasCompacted ? [`🧹 Auto-compaction complete (count ${entry?.compactionCount ?? 1}).`] : []),
  ];
  return texts.map((text) => ({ text, mediaUrl: null, delivery: { isAside: true } }));
}

/** The thinking behind the last message, in italics line by line, as a reply to what was asked. */
function reasoningOf(message: AssistantMessage | undefined): readonly ReplyPayload[] {
  const thoughts = (message?.content ?? []).flatMap((part) => (part.type === 'thinking' ? [part.thinking.trim()] : []));
  const lines = thoughts.filter((thought) => thought !== '').flatMap((thought) => thought.split('\n'));
  if (lines.length === 0) return [];
  const text = ['Reasoning:', ...lines.map((line) => (line.trim() === '' ? '' : `_${line.trim()}_`))].join('\n');
  return [{ text, mediaUrl: null, delivery: { isAside: true, replyTo: { current: true } } }];
}
