import { describe, expect, it } from 'vitest';
import { derivedTitle } from './derived-title.ts';

describe('derived titles', () => {
  it.each([
    [{ displayName: ' telegram:g-family ', firstUserText: 'x' }, 'telegram:g-family'],
    [{ subject: 'The Subject' }, 'The Subject'],
    [{ firstUserText: 'multi\nline   text' }, 'multi line text'],
    [{ firstUserText: 'word '.repeat(40) }, `${'word '.repeat(11).trim()}…`],
    [{ firstUserText: 'x'.repeat(100) }, `${'x'.repeat(59)}…`],
    [{ firstUserText: `short words ${'y'.repeat(70)}` }, `short words ${'y'.repeat(47)}…`],
    [{ sessionId: '00000000-0000-4000', updatedAt: Date.parse('2026-02-17T10:00:00Z') }, '00000000 (2026-02-17)'],
    [{}, undefined],
  ])('of %o is %s', (facts, title) => {
    expect(derivedTitle(facts)).toBe(title);
  });
});
