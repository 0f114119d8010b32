import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLanes, type LaneLimits } from './lanes.ts';

const limits = (changes: Partial<LaneLimits> = {}): LaneLimits => ({
  maxConcurrent: () => 2,
  maxWaitingPerSession: 1_000,
  maxWaiting: 1_000,
  ...changes,
});

describe('lanes', () => {
  test('one run at a time in a session, in the order they came', () => {
    const lanes = createLanes(limits());
    lanes.admit('a1', 'a');
    lanes.admit('a2', 'a');
    expect([lanes.take(), lanes.take()]).toEqual(['a1', undefined]);
    lanes.release('a1');
    expect(lanes.take()).toBe('a2');
  });

  test('sessions share the global lane up to its width', () => {
    const lanes = createLanes(limits());
    for (const id of ['a', 'b', 'c']) lanes.admit(id, id);
    expect([lanes.take(), lanes.take(), lanes.take()]).toEqual(['a', 'b', undefined]);
    lanes.release('b');
    expect(lanes.take()).toBe('c');
  });

  test('sub-agents have a lane of their own, so neither they nor people wait for the other', () => {
    const lanes = createLanes(limits({ maxConcurrent: (lane) => (lane === 'main' ? 1 : 2) }));
    for (const n of [1, 2, 3]) lanes.admit(`s${n}`, `agent:main:subagent:${n}`);
    lanes.admit('m1', 'agent:main:main');
    lanes.admit('m2', 'agent:main:other');
    expect([lanes.take(), lanes.take(), lanes.take(), lanes.take()]).toEqual(['s1', 's2', 'm1', undefined]);
    lanes.release('s1');
    expect(lanes.take()).toBe('s3');
    lanes.release('m1');
    expect(lanes.take()).toBe('m2');
  });

  test('a full session refuses while others are still served', () => {
    const lanes = createLanes(limits({ maxWaitingPerSession: 1 }));
    expect(['a1', 'a2', 'a3'].map((id) => lanes.admit(id, 'a'))).toEqual(['admitted', 'admitted', 'sessionFull']);
    expect(lanes.admit('b1', 'b')).toBe('admitted');
  });

  test('a full house refuses everybody, but takes back what was accepted before a restart', () => {
    const lanes = createLanes(limits({ maxWaiting: 1 }));
    lanes.admit('a', 'a');
    expect(lanes.admit('b', 'b')).toBe('laneFull');
    lanes.readmit('b', 'b');
    expect(lanes.waiting()).toBe(2);
  });

  test('a withdrawn run is never handed out and makes way for the next', () => {
    const lanes = createLanes(limits());
    lanes.admit('a1', 'a');
    lanes.admit('a2', 'a');
    expect(lanes.withdraw('a1')).toBe(true);
    expect(lanes.take()).toBe('a2');
    expect(lanes.withdraw('a2')).toBe(false);
  });

  test('nothing is lost, repeated or overtaken in its session, whatever happens', () => {
    type Step =
      | { kind: 'admit'; session: number }
      | { kind: 'take' }
      | { kind: 'release' }
      | { kind: 'withdraw'; pick: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ kind: fc.constant('admit' as const), session: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ kind: fc.constant('take' as const) }),
      fc.record({ kind: fc.constant('release' as const) }),
      fc.record({ kind: fc.constant('withdraw' as const), pick: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 4 }), (steps, width) => {
        const lanes = createLanes(limits({ maxConcurrent: () => width }));
        const sessionOf = new Map<string, string>();
        const waiting = new Set<string>();
        const running: string[] = [];
        const started = new Map<string, number[]>();
        let next = 0;
        const takeOne = (): boolean => {
          const id = lanes.take();
          if (id === undefined) return false;
          expect(waiting.delete(id)).toBe(true);
          const session = sessionOf.get(id) ?? '';
          expect(running.some((other) => sessionOf.get(other) === session)).toBe(false);
          running.push(id);
          expect(running.length).toBeLessThanOrEqual(width);
          started.set(session, [...(started.get(session) ?? []), Number(id)]);
          return true;
        };
        for (const action of steps) {
          if (action.kind === 'admit') {
            const id = String(next++);
            sessionOf.set(id, `s${action.session}`);
            lanes.admit(id, `s${action.session}`);
            waiting.add(id);
          } else if (action.kind === 'take') takeOne();
          else if (action.kind === 'release') {
            const id = running.shift();
            if (id !== undefined) lanes.release(id);
          } else {
            const id = [...waiting][action.pick % Math.max(1, waiting.size)];
            if (id !== undefined) expect(lanes.withdraw(id)).toBe(waiting.delete(id));
          }
          expect(lanes.waiting()).toBe(waiting.size);
        }
        while (waiting.size > 0 || running.length > 0) {
          if (takeOne()) continue;
          const id = running.shift();
          expect(id).toBeDefined();
          if (id !== undefined) lanes.release(id);
        }
        for (const order of started.values()) expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
    );
  });
});
