import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  APPROVAL_TRANSITIONS,
  CHANNEL_MESSAGE_TRANSITIONS,
  DELIVERY_TRANSITIONS,
  IllegalTransitionError,
  INBOX_TRANSITIONS,
  isFinal,
  nextState,
  OUTBOX_TRANSITIONS,
  TOOL_CALL_TRANSITIONS,
} from './states.ts';

const MACHINES = [
  ['inbox', INBOX_TRANSITIONS, ['answered', 'declined', 'failed']],
  ['tool call', TOOL_CALL_TRANSITIONS, ['done', 'failed', 'interrupted']],
  ['outbox', OUTBOX_TRANSITIONS, ['published']],
  ['approval', APPROVAL_TRANSITIONS, ['used']],
  ['channel message', CHANNEL_MESSAGE_TRANSITIONS, ['handed', 'declined', 'failed']],
  ['delivery', DELIVERY_TRANSITIONS, ['delivered']],
] as const;

describe.each(MACHINES)(
  'the %s machine',
  (_name, transitions: Readonly<Record<string, readonly string[]>>, outcomes) => {
    const states = Object.keys(transitions);

    test('ends in exactly its outcomes', () => {
      expect(states.filter((state) => isFinal(transitions, state)).sort()).toEqual([...outcomes].sort());
    });

    test('throws on every step that the table does not have', () => {
      fc.assert(
        fc.property(fc.constantFrom(...states), fc.constantFrom(...states), (from, to) => {
          const step = (): string => nextState(transitions, 'row', from, to);
          if (transitions[from]?.includes(to)) expect(step()).toBe(to);
          else expect(step).toThrow(IllegalTransitionError);
        }),
      );
    });

    test('takes no walk that reaches two outcomes', () => {
      const [start = ''] = states;
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...states), { maxLength: 20 }), (wishes) => {
          let state = start;
          let outcomesReached = 0;
          for (const wish of wishes) {
            try {
              state = nextState(transitions, 'row', state, wish);
            } catch (error) {
              expect(error).toBeInstanceOf(IllegalTransitionError);
              continue;
            }
            if (isFinal(transitions, state)) outcomesReached += 1;
          }
          expect(outcomesReached).toBeLessThanOrEqual(1);
        }),
      );
    });

    test('can reach an outcome from every state', () => {
      const canEnd = (state: string, seen: readonly string[] = []): boolean =>
        isFinal(transitions, state) ||
        (transitions[state] ?? []).some((next) => !seen.includes(next) && canEnd(next, [...seen, state]));
      for (const state of states) expect(canEnd(state)).toBe(true);
    });
  },
);

test('the error names the row and both states', () => {
  expect(() => nextState(INBOX_TRANSITIONS, 'message run-1', 'answered', 'failed')).toThrow(
    'message run-1 is answered and cannot become failed',
  );
});
