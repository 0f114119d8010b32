import type { Reply } from '@chela/parity';

export interface PlannedMessage {
  /** The run and its idempotency key. */
  readonly runId: string;
  readonly sessionKey: string;
  /** Stands in the message and nowhere else. */
  readonly mark: string;
  /** The line its tool call appends, for messages that make the model call a tool. */
  readonly effect: string | undefined;
}

/** Every how manieth message calls a tool that leaves a trace. */
const TOOL_EVERY = 3;
/** Long enough that some kills come while the command runs, or after its effect and before its result. */
const TOOL_SECONDS = '0.05';
const CHUNK_DELAY_MS = 4;

/** `count` messages, dealt to the sessions in turn. */
export function planMessages(count: number, sessions: number): readonly PlannedMessage[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(3, '0');
    return {
      runId: `crash-run-${number}`,
      sessionKey: `agent:main:crash-${index % sessions}`,
      mark: `message-${number}`,
      effect: index % TOOL_EVERY === 0 ? `effect-${number}` : undefined,
    };
  });
}

/** What the fake model says: a tool call on the message, an answer on its result; the same however often it is asked. */
export const repliesTo = (messages: readonly PlannedMessage[], effectsFile: string): readonly Reply[] =>
  messages.flatMap(({ mark, effect }): readonly Reply[] => {
    const paced = { chunkDelayMs: CHUNK_DELAY_MS, repeat: 'always' } as const;
    if (effect === undefined) return [{ when: { includes: mark }, text: ['An ', 'answer to ', mark], ...paced }];
    const command = `echo ${effect} >> '${effectsFile}' && sleep ${TOOL_SECONDS} && echo result-of-${effect}`;
    return [
      { when: { includes: mark }, toolCalls: [{ name: 'exec', args: { command } }], repeat: 'always' },
      { when: { includes: `result-of-${effect}` }, text: ['The tool ', 'ran for ', effect], ...paced },
    ];
  });
