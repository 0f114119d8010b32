import { randomUUID } from 'node:crypto';
import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import { deliveryPlaceOf } from '../cron/session-place.ts';
import type { AgentCaller, CalledTurn } from '../rooms/agent-caller.ts';
import { agentOfKey } from './session-keys.ts';

const TURNS_DEFAULT = 5;
const TURNS_MAX = 5;
/** The reply with which a side ends the exchange. */
const SKIP = 'REPLY_SKIP';
/** What asks the target for words to its people, and the reply with which it has none. */
const ANNOUNCE = 'Agent-to-agent announce step.';
const ANNOUNCE_SKIP = 'ANNOUNCE_SKIP';
const TOOL = 'sessions_send';

/** How often two sessions may answer each other after a `sessions_send` (reference agent/sessions.md §11). */
export function exchangeTurns(config: Config): number {
  const settings = isRecord(config.session?.agentToAgent) ? config.session.agentToAgent : {};
  const turns = settings.maxPingPongTurns;
  return typeof turns === 'number' ? Math.min(TURNS_MAX, Math.max(0, Math.floor(turns))) : TURNS_DEFAULT;
}

/** System context of a turn that another session asked for. */
export function exchangeContext(from: string, turn: number, turns: number): string {
  return [
    `This message comes from another session (${from}), not from a person.`,
    `Turn ${turn} of at most ${turns}. Reply exactly ${SKIP} to end the exchange.`,
  ].join('\n');
}

export interface ExchangeInput {
  readonly requesterKey: string;
  /** The channel the requester is spoken to on, e.g. `webchat`. */
  readonly requesterChannel: string;
  readonly targetKey: string;
  readonly reply: string;
  readonly turns: number;
  readonly stepTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Lets two sessions answer each other, the requester first, until one is done. */
export async function runExchange(agents: AgentCaller, input: ExchangeInput): Promise<void> {
  if (input.requesterKey === input.targetKey) return;
  let message = input.reply.trim();
  for (let turn = 1; turn <= input.turns; turn += 1) {
    if (message === '' || message === SKIP || input.signal.aborted) return;
    const [from, to] = turn % 2 === 1 ? [input.targetKey, input.requesterKey] : [input.requesterKey, input.targetKey];
    const { outcome } = await agents.start({
      runId: randomUUID(),
      agentId: agentOfKey(to) ?? 'main',
      sessionKey: to,
      text: message,
      extraSystemPrompt: exchangeContext(from, turn, input.turns),
      source: sourceOf(from, input),
      timeoutMs: input.stepTimeoutMs,
    });
    const { status, reply } = await outcome;
    if (status !== 'ok') return;
    message = reply.trim();
  }
}

/** After the exchange the target may tell the people of its channel what came of it (reference agent/sessions.md §11). */
export async function runAnnounceStep(agents: AgentCaller, input: ExchangeInput, question: string): Promise<void> {
  const { requesterKey, targetKey, reply } = input;
  if (input.signal.aborted) return;
  const agentId = agentOfKey(targetKey) ?? 'main';
  const runId = randomUUID();
  const { outcome } = await agents.start({
    runId,
    agentId,
    sessionKey: targetKey,
    text: ANNOUNCE,
    extraSystemPrompt: [
      `Another session (${requesterKey}) asked: ${question}`,
      `Your first reply was: ${reply}`,
      `What you reply now is sent to the people of your channel. Reply exactly ${ANNOUNCE_SKIP} to send nothing.`,
    ].join('\n'),
    source: sourceOf(requesterKey, input),
    timeoutMs: input.stepTimeoutMs,
  });
  const { status, reply: words } = await outcome;
  const text = words.trim();
  if (status !== 'ok' || text === '' || text === ANNOUNCE_SKIP) return;
  await agents.announce({ key: runId, agentId, sessionKey: targetKey, text });
}

/** Who speaks: the requester from its own channel, the target from that of its key. */
export function sourceOf(
  from: string,
  { requesterKey, requesterChannel }: Pick<ExchangeInput, 'requesterKey' | 'requesterChannel'>,
): NonNullable<CalledTurn['source']> {
  const channel = from === requesterKey ? requesterChannel : (deliveryPlaceOf(from)?.channel ?? 'unknown');
  return { sessionKey: from, channel, tool: TOOL };
}
