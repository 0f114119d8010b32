import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ConnectionEvent,
  type ConnectionMachine,
  type ConnectionStep,
  HEALTHY_MS,
  IDLE_MACHINE,
  step,
} from './connection-machine.ts';

const at = (now: number) => ({ now, jitter: 0 });
const revoked = { type: 'ended', generation: 1, why: 'revoked', reason: 'token' } as const;

/** Plays events at 1 s distance and gives back where they lead and everything that was asked for. */
function play(events: readonly ConnectionEvent[], from: ConnectionMachine = IDLE_MACHINE) {
  let machine = from;
  const actions: ConnectionStep['actions'][number][] = [];
  events.forEach((event, index) => {
    const next = step(machine, event, at(index * 1_000));
    machine = next.machine;
    actions.push(...next.actions);
  });
  return { machine, actions: actions.map((action) => action.do) };
}

const open: readonly ConnectionEvent[] = [{ type: 'start' }, { type: 'opened', generation: 1 }];

describe('where an event leads', () => {
  test.each<[string, readonly ConnectionEvent[], string, readonly string[]]>([
    ['start opens it', [{ type: 'start' }], 'connecting', ['connect']],
    ['a second start changes nothing', [...open, { type: 'start' }], 'connected', ['connect']],
    ['opened', open, 'connected', ['connect']],
    [
      'lost: closed, then waited',
      [...open, { type: 'lost', generation: 1, reason: 'reset' }, { type: 'closed', generation: 1 }],
      'waiting',
      ['connect', 'close', 'wait'],
    ],
    [
      'due after the pause',
      [...open, { type: 'lost', generation: 1, reason: 'reset' }, { type: 'closed', generation: 1 }, { type: 'due' }],
      'connecting',
      ['connect', 'close', 'wait', 'connect'],
    ],
    [
      'revoked: closed, alarm',
      [...open, revoked, { type: 'closed', generation: 1 }],
      'terminal',
      ['connect', 'close', 'alarm'],
    ],
    [
      'revoked accounts are not tried again',
      [...open, revoked, { type: 'closed', generation: 1 }, { type: 'due' }],
      'terminal',
      ['connect', 'close', 'alarm'],
    ],
    [
      'but start again when somebody says so',
      [...open, revoked, { type: 'closed', generation: 1 }, { type: 'restart' }],
      'connecting',
      ['connect', 'close', 'alarm', 'connect'],
    ],
    ['stop closes', [...open, { type: 'stop' }, { type: 'closed', generation: 1 }], 'stopped', ['connect', 'close']],
    [
      'stop while it is closing for another reason wins',
      [...open, revoked, { type: 'stop' }, { type: 'closed', generation: 1 }],
      'stopped',
      ['connect', 'close'],
    ],
    ['restart waits for the old one to be gone', [...open, { type: 'restart' }], 'closing', ['connect', 'close']],
    [
      'restart',
      [...open, { type: 'restart' }, { type: 'closed', generation: 1 }],
      'connecting',
      ['connect', 'close', 'connect'],
    ],
    [
      'start while it is closing opens it afterwards',
      [...open, { type: 'stop' }, { type: 'start' }, { type: 'closed', generation: 1 }],
      'connecting',
      ['connect', 'close', 'connect'],
    ],
    [
      'not configured',
      [
        { type: 'start' },
        { type: 'rested', generation: 1, state: { kind: 'unconfigured', reason: 'no token' } },
        { type: 'closed', generation: 1 },
      ],
      'unconfigured',
      ['connect', 'close'],
    ],
    [
      'a restart ends a pause',
      [...open, { type: 'lost', generation: 1, reason: 'x' }, { type: 'closed', generation: 1 }, { type: 'restart' }],
      'connecting',
      ['connect', 'close', 'wait', 'connect'],
    ],
  ])('%s', (_, events, kind, actions) => {
    const end = play(events);
    expect(end.machine.state.kind).toBe(kind);
    expect(end.actions).toEqual(actions);
  });

  test('what an old connection reports changes nothing', () => {
    const { machine } = play([
      ...open,
      { type: 'restart' },
      { type: 'closed', generation: 1 },
      { type: 'opened', generation: 2 },
    ]);
    for (const event of [
      { type: 'lost', generation: 1, reason: 'late' },
      { type: 'closed', generation: 1 },
      { type: 'opened', generation: 1 },
      revoked,
    ] as const) {
      expect(step(machine, event, at(9)).machine).toBe(machine);
    }
  });

  test('pauses grow from loss to loss and start over after a good connection', () => {
    let machine = IDLE_MACHINE;
    const pauses: number[] = [];
    const lose = (afterMs: number) => {
      const generation = machine.generation + 1;
      machine = step(machine, machine.state.kind === 'idle' ? { type: 'start' } : { type: 'due' }, at(0)).machine;
      machine = step(machine, { type: 'opened', generation }, at(0)).machine;
      machine = step(machine, { type: 'lost', generation, reason: 'reset' }, at(afterMs)).machine;
      const closed = step(machine, { type: 'closed', generation }, at(afterMs));
      machine = closed.machine;
      for (const action of closed.actions) if (action.do === 'wait') pauses.push(action.ms);
    };
    for (let count = 0; count < 9; count += 1) lose(10);
    lose(HEALTHY_MS);
    expect(pauses).toEqual([1_000, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 1_000]);
  });
});

const anyEvent: fc.Arbitrary<ConnectionEvent> = fc.oneof(
  fc.constantFrom<ConnectionEvent>({ type: 'start' }, { type: 'restart' }, { type: 'stop' }, { type: 'due' }),
  fc
    .nat({ max: 6 })
    .chain((generation) =>
      fc.constantFrom<ConnectionEvent>(
        { type: 'opened', generation },
        { type: 'lost', generation, reason: 'x' },
        { type: 'closed', generation },
        { type: 'ended', generation, why: 'revoked', reason: 'x' },
        { type: 'rested', generation, state: { kind: 'disabled', reason: 'disabled' } },
      ),
    ),
);

test('whatever happens: never two connections, each is closed once, and none is opened before the last is gone', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let machine = IDLE_MACHINE;
      const open = new Set<number>();
      const closing = new Set<number>();
      events.forEach((event, now) => {
        if (event.type === 'closed' && closing.has(event.generation)) {
          closing.delete(event.generation);
          open.delete(event.generation);
        }
        const next = step(machine, event, { now, jitter: 0.5 });
        expect(next.machine.generation).toBeGreaterThanOrEqual(machine.generation);
        for (const action of next.actions) {
          if (action.do === 'connect') {
            expect([...open]).toEqual([]);
            open.add(action.generation);
          }
          if (action.do === 'close') {
            expect(open.has(action.generation) && !closing.has(action.generation)).toBe(true);
            closing.add(action.generation);
          }
        }
        machine = next.machine;
      });
      const isOpen = ['connecting', 'connected', 'closing'].includes(machine.state.kind);
      expect(open.size).toBe(isOpen ? 1 : 0);
    }),
  );
});
