import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrive, dueAt, nextBatch, putBack, type QueuedMessage, type QueueState } from './queue-machine.ts';
import type { QueueSettings } from './queue-settings.ts';

const settings = (changes: Partial<QueueSettings> = {}): QueueSettings => ({
  mode: 'collect',
  debounceMs: 1_000,
  cap: 20,
  dropPolicy: 'summarize',
  ...changes,
});

function filled(messages: readonly QueuedMessage[], rules: QueueSettings): QueueState {
  let state: QueueState | undefined;
  for (const message of messages) state = arrive(state, message, rules, 0).state;
  if (state === undefined) throw new Error('a queue needs a message');
  return state;
}

const routed = (id: string, route = 'telegram|42'): QueuedMessage => ({ id, text: `text ${id}`, route });

describe('the queue of a session', () => {
  test('waits until it was quiet for the debounce time', () => {
    const first = arrive(undefined, routed('a'), settings(), 5_000).state;
    expect(dueAt(first)).toBe(6_000);
    expect(dueAt(arrive(first, routed('b'), settings(), 5_900).state)).toBe(6_900);
  });

  test('collect makes one prompt of messages with one way back', () => {
    const batch = nextBatch(filled([routed('a'), routed('b')], settings()));
    expect(batch?.messages.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(batch?.text).toBe(
      '[Queued messages while agent was busy]\n\n---\nQueued #1\ntext a\n\n---\nQueued #2\ntext b',
    );
    expect(batch?.state).toBeUndefined();
  });

  test.each([
    ['different routes', [routed('a'), routed('b', 'telegram|7')]],
    ['a message without a way back', [routed('a'), { id: 'b', text: 'text b' }]],
    ['a message with images', [routed('a'), { ...routed('b'), single: true as const }]],
  ])('collect runs one by one with %s', (_situation, messages) => {
    const batch = nextBatch(filled(messages, settings()));
    expect(batch?.text).toBe('text a');
    expect(batch?.state?.items.map(({ id }) => id)).toEqual(['b']);
  });

  test('a message with a known id and route is a repetition', () => {
    const first = { ...routed('a'), messageId: 'm1' };
    const state = filled([first], settings());
    expect(arrive(state, { ...first, id: 'b' }, settings(), 0)).toMatchObject({ kind: 'refused', reason: 'repeated' });
    expect(arrive(state, { ...first, id: 'b', route: 'irc|x' }, settings(), 0)).toMatchObject({ kind: 'queued' });
  });

  test('what was dropped is told once, before the message that follows', () => {
    const state = filled([routed('a'), routed('b')], settings({ mode: 'followup', cap: 1 }));
    expect(nextBatch(state)?.text).toBe('[Queue overflow] Dropped 1 message due to cap.\nSummary:\n- text a\n\ntext b');
    const longer = filled(
      ['a', 'b', 'c'].map((id) => routed(id)),
      settings({ mode: 'followup', cap: 2 }),
    );
    const rest = nextBatch(longer)?.state;
    expect(rest === undefined ? undefined : nextBatch(rest)?.text).toBe('text c');
  });

  test('nothing is lost, repeated or overtaken, whatever happens', () => {
    type Step = { kind: 'arrive'; route: number } | { kind: 'take' } | { kind: 'takeAndPutBack' };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ kind: fc.constant('arrive' as const), route: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ kind: fc.constant('take' as const) }),
      fc.record({ kind: fc.constant('takeAndPutBack' as const) }),
    );
    const rules = fc.record({
      mode: fc.constantFrom('collect' as const, 'followup' as const, 'steer-backlog' as const),
      cap: fc.integer({ min: 1, max: 4 }),
      dropPolicy: fc.constantFrom('old' as const, 'new' as const, 'summarize' as const),
      debounceMs: fc.constant(0),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), rules, (steps, rule) => {
        let state: QueueState | undefined;
        const arrived: string[] = [];
        const left: string[] = [];
        const ran: string[] = [];
        const take = (): void => {
          const batch = state === undefined ? undefined : nextBatch(state);
          if (batch === undefined) return;
          ran.push(...batch.messages.map(({ id }) => id));
          state = batch.state;
        };
        for (const action of steps) {
          if (action.kind === 'take') take();
          else if (action.kind === 'takeAndPutBack') {
            const batch = state === undefined ? undefined : nextBatch(state);
            if (batch !== undefined) state = putBack(batch.state, batch.messages, rule, 0);
          } else {
            const id = String(arrived.length);
            arrived.push(id);
            const message = { id, text: id, ...(action.route === 0 ? {} : { route: `r${action.route}` }) };
            const arrival = arrive(state, message, rule, 0);
            state = arrival.state;
            if (arrival.kind === 'refused') left.push(id);
            else left.push(...arrival.dropped.map((dropped) => dropped.id));
            expect(state.items.length).toBeLessThanOrEqual(rule.cap);
            expect(state.summaryLines.length).toBeLessThanOrEqual(rule.cap);
          }
        }
        while (state !== undefined && state.items.length > 0) take();
        expect([...ran, ...left].sort()).toEqual([...arrived].sort());
        expect(ran).toEqual([...ran].sort((a, b) => Number(a) - Number(b)));
      }),
    );
  });
});
