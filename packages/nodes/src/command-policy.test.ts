import { expect, it } from 'vitest';
import { allowedCommands, commandRefusal } from './command-policy.ts';

it.each([
  ['iOS 18.2', undefined, 'device.info', true],
  ['iOS 18.2', undefined, 'system.run', false],
  ['Android 15', undefined, 'system.notify', false],
  ['macOS 15', undefined, 'system.run', true],
  ['iPadOS 18', undefined, 'device.info', false],
  ['iPadOS 18', 'iPad', 'device.info', true],
  ['linux', undefined, 'canvas.present', false],
  ['win32', undefined, 'browser.proxy', true],
  ['iOS 18.2', undefined, 'camera.snap', false],
])('%s (%s) and %s: %s', (platform, deviceFamily, command, allowed) => {
  const facts = { platform, ...(deviceFamily !== undefined && { deviceFamily }) };
  expect(allowedCommands(facts, {}).has(command)).toBe(allowed);
});

it('adds and takes away what the configuration names', () => {
  const settings = { allowCommands: [' camera.snap '], denyCommands: ['canvas.eval'] };
  const allowed = allowedCommands({ platform: 'ios' }, settings);
  expect([allowed.has('camera.snap'), allowed.has('canvas.eval')]).toEqual([true, false]);
  expect(commandRefusal('canvas.eval', allowed, ['canvas.eval'])).toBe('command not allowlisted');
  expect(commandRefusal('camera.snap', allowed, [])).toBe('node did not declare commands');
  expect(commandRefusal('camera.snap', allowed, ['canvas.hide'])).toBe('command not declared by node');
});
