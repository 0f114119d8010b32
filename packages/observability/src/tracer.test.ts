import { expect, test } from 'vitest';
import { silentLogger } from './logger.ts';
import { createTracer } from './tracer.ts';

test.each([true, false])('work runs and its result and failure pass through (enabled: %s)', async (enabled) => {
  const tracer = createTracer({ enabled, logger: silentLogger() });
  expect(await tracer.span('turn', { agent: 'main' }, async () => 42)).toBe(42);
  await expect(
    tracer.span('turn', {}, async () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
});
