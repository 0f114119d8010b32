import { expect, test } from 'vitest';
import { createLogger } from './log/create-logger.ts';
import { silentLogger } from './logger.ts';
import { createTaskScope } from './task-scope.ts';

test('a failure is logged with its name and counted, and reaches nobody else', async () => {
  let text = '';
  const sink = {
    append: async (lines: string) => {
      text += lines;
    },
    appendSync: () => {},
    close: async () => {},
  };
  const logger = createLogger({ writeFile: false, console: sink });
  const scope = createTaskScope(logger);
  scope.run('sync the moon', async () => {
    throw new Error('too far');
  });
  await scope.close();
  await logger.close();
  expect(scope.failures).toBe(1);
  expect(text).toContain('background task failed: sync the moon error="too far"');
});

test('closing tells the tasks to stop and waits until they have', async () => {
  const scope = createTaskScope(silentLogger());
  const steps: string[] = [];
  scope.run('slow', (signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => {
      steps.push('told');
      queueMicrotask(() => {
        steps.push('done');
        resolve();
      });
    });
    return promise;
  });
  expect(scope.active).toBe(1);
  await scope.close();
  expect(steps).toEqual(['told', 'done']);
  expect(scope.active).toBe(0);
});

test('a task that ends because of closing is no failure, and nothing starts afterwards', async () => {
  const scope = createTaskScope(silentLogger());
  scope.run('waiting', async (signal) => {
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await scope.close();
  let started = false;
  scope.run('late', async () => {
    started = true;
  });
  expect(scope.failures).toBe(0);
  expect(started).toBe(false);
});
