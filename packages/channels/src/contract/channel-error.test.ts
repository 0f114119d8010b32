import { expect, test } from 'vitest';
import { ChannelError } from './channel-error.ts';

test('an error of an adapter that brings its own copy of the class is one', () => {
  const copy = Object.assign(new Error('revoked'), { name: 'ChannelError', class: 'unauthorized' });
  expect(copy instanceof ChannelError).toBe(true);
  expect(new ChannelError('busy', 'later') instanceof ChannelError).toBe(true);
});

test.each([new Error('x'), Object.assign(new Error('x'), { name: 'ChannelError' }), { class: 'busy' }, undefined])(
  '%o is none',
  (value) => {
    expect(value instanceof ChannelError).toBe(false);
  },
);
