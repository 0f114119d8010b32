import { defineConfig } from 'vitest/config';

/**
 * Suites by what they need: `unit` needs nothing and stays under five minutes; the others start processes,
 * a browser, or install foreign clients. `.ci/run` calls all of them.
 */
export default defineConfig({
  test: {
    // The default leaves a core for an editor; on two cores that halves the speed.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/channels/adapters/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.{ts,tsx}',
            'scripts/new-channel/template/src/*.test.ts',
            'tests/unit/**/*.test.ts',
          ],
          // A test takes milliseconds; the limit is for a machine that does ten other things.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: { name: 'fuzz', include: ['tests/fuzz/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 60_000 },
      },
      { test: { name: 'crash', include: ['tests/crash/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'foreign',
          include: ['tests/foreign/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
