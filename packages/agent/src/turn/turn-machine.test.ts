import type { ModelFailure } from '@chela/models';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, INITIAL_TURN, type TurnEvent, type TurnState } from './turn-machine.ts';

const limits = { candidates: 1, steps: 3 };
const failure = (changes: Partial<ModelFailure> = {}): TurnEvent => ({
  type: 'modelFailed',
  failure: { message: 'broken', reason: 'unknown', partial: false, ...changes },
});
const play = (events: readonly TurnEvent[], given: { candidates: number; steps: number } = limits): TurnState =>
  events.reduce((state, event) => advance(state, event, given), INITIAL_TURN);

const LANE: TurnEvent = { type: 'laneFree' };
const TO_MODEL: TurnEvent = { type: 'prepared', next: 'model' };
const STREAMING = [LANE, TO_MODEL];

describe('the turn machine', () => {
  test('an answer without tool calls ends the turn', () => {
    const state = play([...STREAMING, { type: 'stepFinished', toolCalls: 0 }]);
    expect(state).toMatchObject({ phase: 'ending', ending: { kind: 'answered' } });
    expect(advance(state, { type: 'outcomeStored' }, limits).phase).toBe('ended');
  });

  test('tool calls lead through the tools back to the model', () => {
    const state = play([...STREAMING, { type: 'stepFinished', toolCalls: 2 }]);
    expect(state.phase).toBe('runningTools');
    expect(advance(state, { type: 'toolsFinished' }, limits)).toMatchObject({ phase: 'streaming', steps: 1 });
  });

  test('a call that the caller has to answer ends the turn', () => {
    const state = play([...STREAMING, { type: 'stepFinished', toolCalls: 1 }]);
    expect(advance(state, { type: 'toolsFinished', delegated: true }, limits)).toMatchObject({
      phase: 'ending',
      ending: { kind: 'answered' },
    });
  });

  test('a turn that only calls tools is stopped at its limit', () => {
    const round: TurnEvent[] = [{ type: 'stepFinished', toolCalls: 1 }, { type: 'toolsFinished' }];
    const state = play([...STREAMING, ...round, ...round, ...round, { type: 'stepFinished', toolCalls: 1 }]);
    expect(state.ending).toMatchObject({ kind: 'failed', message: expect.stringContaining('3 rounds') });
  });

  test('a recovered turn may begin with its tools', () => {
    expect(play([LANE, { type: 'prepared', next: 'tools' }]).phase).toBe('runningTools');
  });

  test('a rate limit is waited out three times, longer each time, then given up', () => {
    const delays: (number | undefined)[] = [];
    let state = play(STREAMING);
    while (state.ending === undefined) {
      state = advance(state, failure({ reason: 'rate_limit' }), limits);
      delays.push(state.retryDelayMs);
      if (state.phase === 'waitingToRetry') state = advance(state, { type: 'retryDue' }, limits);
    }
    expect(delays).toEqual([2_000, 4_000, 8_000, undefined]);
    expect(state.ending).toEqual({ kind: 'failed', message: 'broken' });
  });

  test('a refused key moves on to the fallback at once', () => {
    const state = play([...STREAMING, failure({ reason: 'auth' })], { candidates: 2, steps: 3 });
    expect(state).toMatchObject({ phase: 'streaming', candidate: 1, retries: 0 });
  });

  test('with a fallback at hand a rate limit is waited out once', () => {
    const events: TurnEvent[] = [
      failure({ reason: 'rate_limit' }),
      { type: 'retryDue' },
      failure({ reason: 'rate_limit' }),
    ];
    expect(play([...STREAMING, ...events], { candidates: 2, steps: 3 })).toMatchObject({
      phase: 'streaming',
      candidate: 1,
    });
  });

  test('when every model fails the first failure is the one that is told, and each is kept for the caller', () => {
    const events = [failure({ reason: 'auth', message: 'first' }), failure({ reason: 'auth', message: 'second' })];
    expect(play([...STREAMING, ...events], { candidates: 2, steps: 3 }).ending).toEqual({
      kind: 'failed',
      message: 'first',
      givenUp: [
        { message: 'first', reason: 'auth' },
        { message: 'second', reason: 'auth' },
      ],
    });
  });

  test.each(['format', 'unknown'] as const)('a failure of kind %s is final', (reason) => {
    expect(play([...STREAMING, failure({ reason })], { candidates: 2, steps: 3 }).ending?.kind).toBe('failed');
  });

  test('nothing is tried again once part of an answer was seen', () => {
    const state = play([...STREAMING, failure({ reason: 'rate_limit', partial: true })], { candidates: 2, steps: 3 });
    expect(state.ending).toEqual({ kind: 'failed', message: 'broken' });
  });

  test('a provider that asks for a long pause is not waited for', () => {
    const state = play([...STREAMING, failure({ reason: 'rate_limit', retryAfterMs: 120_000 })]);
    expect(state.ending?.kind).toBe('failed');
  });

  test('any sequence of events keeps the machine in its table: it ends once or refuses the event', () => {
    const event: fc.Arbitrary<TurnEvent> = fc.oneof(
      fc.constant(LANE),
      fc.constantFrom<TurnEvent>(TO_MODEL, { type: 'prepared', next: 'tools' }),
      fc.record({ type: fc.constant('stepFinished' as const), toolCalls: fc.nat({ max: 2 }) }),
      fc.constantFrom(failure({ reason: 'auth' }), failure({ reason: 'timeout' }), failure({ partial: true })),
      fc.constantFrom<TurnEvent>({ type: 'retryDue' }, { type: 'toolsFinished' }, { type: 'outcomeStored' }),
      fc.constantFrom<TurnEvent>({ type: 'aborted', reason: 'rpc' }, { type: 'failed', message: 'x' }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let state = INITIAL_TURN;
        for (const next of events) {
          const before = state;
          try {
            state = advance(state, next, { candidates: 2, steps: 5 });
          } catch {
            state = before;
          }
          expect(state.ending === undefined).toBe(state.phase !== 'ending' && state.phase !== 'ended');
          expect(state.candidate).toBeLessThan(2);
          if (before.phase === 'ending') expect(state.ending).toBe(before.ending);
        }
      }),
    );
  });
});
