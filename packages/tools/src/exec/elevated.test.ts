import { describe, expect, test } from 'vitest';
import { createBench } from '../testing/bench.ts';
import { elevatedMode, sessionSettings } from './elevated.ts';
import { execSettings } from './settings.ts';

describe('elevated rights of a call', () => {
  test.each([
    [undefined, undefined, 'off'],
    [undefined, 'ask', 'ask'],
    [undefined, 'full', 'full'],
    [true, undefined, undefined],
    [true, 'off', 'ask'],
    [true, 'full', 'full'],
    [false, 'full', 'off'],
  ] as const)('asked %s, session %s: %s', (asked, has, expected) => {
    expect(elevatedMode(asked, has)).toBe(expected);
  });

  test('what the session says stands over the configuration; elevated rights go to the host', () => {
    const settings = execSettings({ tools: { exec: { host: 'sandbox', ask: 'off' } } }, 'main', {});
    expect(sessionSettings(settings, { security: 'full' }, 'off')).toMatchObject({
      host: 'sandbox',
      security: 'full',
      ask: 'off',
    });
    expect(sessionSettings(settings, { host: 'node' }, 'ask').host).toBe('gateway');
    expect(sessionSettings(settings, { host: 'moon' }, 'off').host).toBe('sandbox');
  });

  test('a call that asks for rights its sender has not is refused; with full rights nobody is asked', async () => {
    const config = { tools: { exec: { host: 'gateway', security: 'deny' } } };
    const without = await createBench(config);
    expect(await without.text('exec', { command: 'echo hi', elevated: true })).toContain('elevated is not available');
    await without.close();
    const withAll = await createBench(config, {}, { exec: { elevated: 'full' } });
    expect(await withAll.text('exec', { command: 'echo hi' })).toContain('hi');
    expect(await withAll.text('exec', { command: 'echo hi', elevated: false })).toContain('security=deny');
    await withAll.close();
  });
});
