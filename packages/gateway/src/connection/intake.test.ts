import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createIntake } from './intake.ts';

function setUp() {
  const taken: string[] = [];
  const pipe: string[] = [];
  const room = { free: true };
  const intake = createIntake({
    take: (message) => taken.push(message),
    hasRoom: () => room.free,
    pause: () => pipe.push('pause'),
    resume: () => pipe.push('resume'),
  });
  return { taken, pipe, room, intake };
}

it('takes a message at once while there is room', () => {
  const { taken, pipe, intake } = setUp();
  intake.add('a');
  expect(taken).toEqual(['a']);
  expect(pipe).toEqual([]);
});

it('spreads a burst over turns, in order, with the socket paused meanwhile', async () => {
  const { taken, pipe, intake } = setUp();
  const burst = Array.from({ length: 70 }, (_, index) => `m${index}`);
  for (const message of burst) intake.add(message);
  expect(taken).toHaveLength(32);
  expect(pipe).toEqual(['pause']);
  await nextTurn();
  expect(taken).toHaveLength(64);
  await nextTurn();
  expect(taken).toEqual(burst);
  expect(pipe).toEqual(['pause', 'resume']);
});

it('waits without room and goes on when there is some', () => {
  const { taken, pipe, room, intake } = setUp();
  room.free = false;
  intake.add('a');
  intake.add('b');
  expect(taken).toEqual([]);
  room.free = true;
  intake.review();
  expect(taken).toEqual(['a', 'b']);
  expect(pipe).toEqual(['pause', 'resume']);
});

it('takes nothing more once it is closed', async () => {
  const { taken, room, intake } = setUp();
  room.free = false;
  intake.add('a');
  intake.close();
  room.free = true;
  intake.review();
  intake.add('b');
  await nextTurn();
  expect(taken).toEqual([]);
});
