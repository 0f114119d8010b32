import { expect, it, onTestFinished } from 'vitest';
import { bannerLines } from './banner.ts';
import { createStateHome } from './testing/state-home.ts';
import { createTestContext } from './testing/test-context.ts';

it('takes one line, or two on a narrow terminal', () => {
  expect(bannerLines('0.1.0', { color: false, columns: 120 })).toHaveLength(3);
  expect(bannerLines('0.1.0', { color: false, columns: 30 })).toHaveLength(4);
});

it('opens a command on a terminal', async () => {
  const cli = createTestContext({ env: { HOME: '/nowhere' }, isTty: true });
  await cli.run('config', 'file');
  expect(cli.stdout.slice(0, 3).join('\n')).toContain('Chela 0.1.0');
});

it.each([
  ['JSON', ['status', '--json', '--timeout', '1'], {}],
  ['OPENCLAW_HIDE_BANNER', ['config', 'file'], { OPENCLAW_HIDE_BANNER: '1' }],
])('stays away with %s', async (_why, argv, env) => {
  const state = await createStateHome();
  onTestFinished(() => state.remove());
  const cli = createTestContext({ env: { ...state.env, ...env }, isTty: true });
  await cli.run(...argv);
  expect(cli.stdout.join('\n')).not.toContain('Chela 0.1.0');
});
