import { randomUUID } from 'node:crypto';
import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import type { AgentCaller } from '../rooms/agent-caller.ts';
import { agentOfKey } from './session-keys.ts';

const TURNS_DEFAULT = 5;
const TURNS_MAX = 5;
/** The reply with which a side ends the exchange. */
const SKIP = 'REPLY_SKIP';

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

/** Lets two sessions answer each other, the requester first, until one is done. */
export async function runExchange(
  agents: AgentCaller,
  input: {
    readonly requesterKey: string;
    readonly targetKey: string;
    readonly reply: string;
    readonly turns: number;
    readonly stepTimeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
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
      timeoutMs: input.stepTimeoutMs,
    });
    const { status, reply } = await outcome;
    if (status !== 'ok') return;
    message = reply.trim();
  }
}
