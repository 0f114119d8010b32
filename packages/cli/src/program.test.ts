import { expect, it } from 'vitest';
import { readSample } from './testing/sample.ts';
import { createTestContext } from './testing/test-context.ts';

const NOWHERE = { HOME: '/nowhere' };

it.each([
  ['unknown-cmd', ['frobnicate']],
  ['missing-arg', ['config', 'get']],
  ['missing-opt', ['agent']],
])('refuses like the sample %s', async (name, argv) => {
  const sample = await readSample(name);
  const cli = createTestContext({ env: NOWHERE });
  expect(await cli.run(...argv)).toBe(sample.exitCode);
  expect(cli.stderr).toEqual(sample.stderr);
  expect(cli.stdout).toEqual([]);
});

it.each([
  [['gateway', 'status', '--frob']],
  [['logs', '--frob']],
  [['gateway', 'run', '--frob']],
  [['agent', '-m', 'x', '--frob']],
])('refuses an unknown option: %s', async (argv) => {
  const cli = createTestContext({ env: NOWHERE });
  expect(await cli.run(...argv)).toBe(1);
  expect(cli.stderr).toEqual(["error: unknown option '--frob'"]);
});

it('opens help with the banner and ends with code 0', async () => {
  const cli = createTestContext({ env: NOWHERE });
  expect(await cli.run('gateway', '--help')).toBe(0);
  expect(cli.stdout[1]).toContain('Chela 0.1.0');
  expect(cli.stdout.join('\n')).toContain('Usage: chela gateway');
});
