import { promptTokens } from '@chela/models';
import { footerOf } from '../commands/usage-footer-mode.ts';
import { isNoted } from '../hooks/hook-note.ts';
import { placeOfAnswer } from '../reply/place-of-answer.ts';
import { type ParsedReply, parseReplyDirectives } from '../reply/reply-directives.ts';
import { withoutThinkingTags } from '../reply/thinking-tags.ts';
import { withUsageFooter } from '../reply/usage-footer.ts';
import type { AgentRequest, ClientCall, ReplyPayload, RunMeta, RunOutcome } from '../runtime.ts';
import { classifySessionKey } from '../sessions/session-kind.ts';
import { failedToolNote } from './failed-tool-note.ts';
import type { Turn } from './turn.ts';
import type { TurnEnding } from './turn-machine.ts';
import { withUnkeptPromise } from './unkept-promise.ts';

/** What a client is told about the end of a run. Pure. */

/** Said when a run was stopped by its time limit before a message was finished (reference agent/models.md §7.8). */
const TIMED_OUT_TEXT =
  'Request timed out before a response was generated. Please try again, or increase `agents.defaults.timeoutSeconds` in your config.';

export interface OutcomeInput {
  readonly turn: Turn;
  readonly ending: TurnEnding;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  /** The words for a failure, made readable; with a provider they name it. */
  readonly errorText: (message: string, provider?: string) => string;
  /** `messages.suppressToolErrors`. */
  readonly suppressToolErrors: boolean;
}

export function outcomeOf(input: OutcomeInput): RunOutcome {
  const { turn, ending, endedAt, errorText } = input;
  const startedAt = turn.run.startedAt ?? turn.run.acceptedAt;
  const base = { startedAt, endedAt, meta: metaOf(turn, endedAt - startedAt, ending) };
  const payloads = [...hookPayloads(turn), ...payloadsOf(turn, input)];
  switch (ending.kind) {
    case 'answered':
      return {
        kind: 'answered',
        payloads: withUsageFooter(payloads, footerOf(turn.session?.entry), {
          usage: turn.usage,
          sessionKey: turn.run.request.sessionKey,
        }),
        silent: isSilent(turn.answers.at(-1) ?? ''),
        ...clientCalls(turn),
        ...base,
      };
    case 'failed':
      return failedRun(turn, ending, { payloads, base, errorText });
    case 'declined':
      return errored(ending.reason, payloads, base);
    case 'aborted': {
      const partialText = turn.visible.text().trim();
      const timedOut = ending.reason === 'timeout';
      const unfinished = !timedOut && turn.brokenMessage !== undefined && partialText !== '';
      const shown = unfinished ? [...payloads, { text: partialText, mediaUrl: null }] : payloads;
      return {
        kind: 'aborted',
        stopReason: ending.reason,
        partialText,
        payloads: timedOut && shown.length === 0 ? [{ text: TIMED_OUT_TEXT, mediaUrl: null }] : shown,
        ...base,
      };
    }
  }
}

type FailedEnding = Extract<TurnEnding, { kind: 'failed' }>;

/** Who asked for the run is told whose account is meant; those who look on read the same for every provider. */
function failedRun(
  turn: Turn,
  ending: FailedEnding,
  {
    payloads,
    base,
    errorText,
  }: { payloads: readonly ReplyPayload[]; base: RunTimes; errorText: OutcomeInput['errorText'] },
): RunOutcome {
  const thrown = thrownBy(turn, ending, errorText);
  // Programs that run an agent know a run that never began by the name of its error.
  const isNamed = ending.thrown !== undefined && turn.run.request.source === 'agent';
  const told = isNamed && thrown !== undefined ? thrown : errorText(ending.message);
  return {
    ...errored(told, payloads, base, errorText(ending.message, turn.context?.model.ref.provider)),
    ...(thrown === undefined ? {} : { thrown }),
  };
}

interface RunTimes {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly meta: RunMeta;
}

/** What the caller of a run gets instead of payloads (reference agent/models.md §7.3). */
function thrownBy(
  { candidates }: Turn,
  ending: FailedEnding,
  errorText: OutcomeInput['errorText'],
): string | undefined {
  const { message, thrown, givenUp } = ending;
  if (thrown !== undefined) return `${thrown}: ${message}`;
  if (givenUp === undefined) return undefined;
  const attempts = givenUp.map(({ message: words, reason }, index) => {
    // The last of them is the last candidate.
    const ref = candidates.at(index - givenUp.length)?.ref;
    return `${ref?.provider ?? ''}/${ref?.model ?? ''}: ${errorText(words, ref?.provider)} (${reason})`;
  });
  return `Error: All models failed (${givenUp.length}): ${attempts.join(' | ')}`;
}

function hookPayloads({ hookMessages, run }: Turn): readonly ReplyPayload[] {
  return hookMessages.length === 0 || isNoted(run.request) ? [] : [{ text: hookMessages.join('\n\n'), mediaUrl: null }];
}

function clientCalls({ delegated }: Turn): { readonly clientCalls?: readonly ClientCall[] } {
  if (delegated.length === 0) return {};
  return { clientCalls: delegated.map(({ id, name, arguments: args }) => ({ id, name, arguments: args })) };
}

/** The payloads of a turn; for a channel with what its tags ask for, and a word about what failed or was promised only. */
function payloadsOf(turn: Turn, input: OutcomeInput): readonly ReplyPayload[] {
  const { request } = turn.run;
  const isForChannel = placeOfAnswer(request) !== undefined;
  const answers = turn.answers.flatMap((raw) => answerPayloads(raw, isForChannel));
  const payloads = isForChannel ? withUnkeptPromise(answers, turn.log, turn.run.acceptedAt) : answers;
  if (!(isForChannel || isProgramsRun(request) || tellsOfFailures(request))) return payloads;
  const note = failedToolNote({
    log: turn.log,
    since: turn.run.acceptedAt,
    hasReply: payloads.length > 0 || input.ending.kind !== 'answered',
    onlyChanges: input.suppressToolErrors,
    summary: ({ name, arguments: args }) => turn.context?.tools.find((tool) => tool.name === name)?.summary?.(args),
  });
  if (note === undefined || payloads.some(({ text }) => text === note)) return payloads;
  return [...payloads, { text: note, mediaUrl: null, ...(!isProgramsRun(request) && { delivery: { isError: true } }) }];
}

const tellsOfFailures = ({ heartbeat }: AgentRequest): boolean =>
  heartbeat !== undefined && heartbeat.suppressToolErrorWarnings !== true;

/** A program asked and reads the payloads. The answers of other runs of the same door go to agents and are taken by their words. */
function isProgramsRun({ source, sessionKey, provenance, heartbeat, memoryFlush }: AgentRequest): boolean {
  const { subagent, cron } = classifySessionKey(sessionKey);
  const isInternal = subagent || cron || provenance !== undefined || heartbeat !== undefined || memoryFlush === true;
  return source === 'agent' && !isInternal;
}

/** The payload of one finished assistant message: its text without thinking and directives, and its media. */
function answerPayloads(raw: string, isForChannel: boolean): readonly ReplyPayload[] {
  const reply = parseReplyDirectives(withoutThinkingTags(raw));
  const { mediaUrls = [] } = reply;
  const text = reply.text.trim();
  const [mediaUrl = null] = mediaUrls;
  const delivery = isForChannel ? deliveryOf(reply) : {};
  if (mediaUrl === null) return reply.isSilent || text === '' ? [] : [{ text, mediaUrl, ...delivery }];
  return [{ text, mediaUrl, mediaUrls, ...delivery }];
}

function deliveryOf(reply: ParsedReply): Pick<ReplyPayload, 'delivery'> {
  const replyTo =
    reply.replyToId !== undefined
      ? { id: reply.replyToId }
      : reply.replyToCurrent
        ? { current: true as const }
        : undefined;
  if (replyTo === undefined && reply.audioAsVoice !== true) return {};
  return {
    delivery: { ...(replyTo !== undefined && { replyTo }), ...(reply.audioAsVoice === true && { asVoice: true }) },
  };
}

function isSilent(raw: string): boolean {
  return parseReplyDirectives(withoutThinkingTags(raw)).isSilent;
}

function errored(
  errorMessage: string,
  payloads: readonly ReplyPayload[],
  base: RunTimes,
  text = errorMessage,
): Extract<RunOutcome, { kind: 'errored' }> {
  return { kind: 'errored', errorMessage, payloads: [...payloads, { text, mediaUrl: null }], ...base };
}

function metaOf(turn: Turn, durationMs: number, ending: TurnEnding): RunMeta {
  const ref = turn.context?.model.ref;
  // A call that failed cost nothing that is known of, and is told as such.
  const last = turn.lastUsage ?? (ending.kind === 'failed' ? turn.brokenMessage?.usage : undefined);
  return {
    durationMs,
    aborted: ending.kind === 'aborted',
    agentMeta: {
      sessionId: turn.session?.sessionId ?? '',
      provider: ref?.provider ?? '',
      model: ref?.model ?? '',
      ...(turn.usage === undefined ? {} : { usage: turn.usage }),
      ...(last === undefined ? {} : { lastCallUsage: last, promptTokens: promptTokens(last) ?? 0 }),
    },
    // Only answers to `agent` carry the report; it would weigh down every stored chat reply.
    ...(turn.context === undefined || turn.run.request.source !== 'agent'
      ? {}
      : { systemPromptReport: turn.context.report }),
  };
}
