import { expect, test } from 'vitest';
import { leaveToReview } from './decide.ts';
import { createQuarantineQueue } from './quarantine-queue.ts';

const request = { id: 'a', source: 'tool', raw: {} };
const decision = leaveToReview(request, 'timeout', 'slow');

test('a slow disk lets no more than so many actions wait, however many come at once', async () => {
  let begun = 0;
  let accepted = 0;
  let written = 0;
  const disk = { list: () => Promise.resolve([]), remove: () => Promise.resolve(true) };
  const queue = createQuarantineQueue(
    {
      ...disk,
      async put() {
        begun += 1;
        // Each write takes a turn of the loop; meanwhile everybody who may go on does.
        await new Promise((resolve) => setImmediate(resolve));
        written += 1;
        expect(accepted - written).toBeLessThanOrEqual(256);
        return '';
      },
    },
    (error) => {
      throw error;
    },
  );
  const producer = async (): Promise<void> => {
    for (let index = 0; index < 50; index += 1) {
      await queue.put(request, decision);
      accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, producer));
  await queue.settled();
  expect({ begun, written }).toEqual({ begun: 400, written: 400 });
});

test('a file that cannot be written is reported, and the next ones are', async () => {
  const failures: unknown[] = [];
  let puts = 0;
  const queue = createQuarantineQueue(
    {
      put() {
        puts += 1;
        return puts === 1 ? Promise.reject(new Error('disk full')) : Promise.resolve('');
      },
      list: () => Promise.resolve([]),
      remove: () => Promise.resolve(true),
    },
    (error) => failures.push(error),
  );
  await queue.put(request, decision);
  await queue.put(request, decision);
  await queue.settled();
  expect(failures).toHaveLength(1);
  expect(puts).toBe(2);
});
