import { describe, expect, test } from 'vitest';
import { loadMarkdown } from './markdown.ts';
import { type SignalMessage, signalMessage, signalMessages } from './signal.ts';

const markdown = await loadMarkdown();
const signal = (source: string): SignalMessage => signalMessage(markdown, source, 'bullets');
const ranges = (source: string): readonly string[] =>
  signal(source).styles.map(({ start, length, style }) => `${start}:${length}:${style}`);

describe('Signal text with style ranges', () => {
  test('marks become ranges, links text (sig-001)', () => {
    const source = 'Hello **bold** _it_ ~~no~~ `code` ||spoiler|| and [site](https://example.com/a) done';
    expect(signal(source).text).toBe('Hello bold it no code spoiler and site (https://example.com/a) done');
    expect(ranges(source)).toEqual(['6:4:BOLD', '11:2:ITALIC', '14:2:STRIKETHROUGH', '17:4:MONOSPACE', '22:7:SPOILER']);
  });

  test('an answer with all kinds of blocks looks as recorded (sig-002)', () => {
    const source =
      '# Head\n\n- a\n- b\n\n> quote\n\n```js\nlet a=1;\n```\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\nhttps://example.com';
    expect(signal(source).text).toBe('Head\n\n• a\n• b\n\n> quote\n\nlet a=1;\n\n1\n• B: 2\n\nhttps://example.com');
    expect(ranges(source)).toEqual(['0:4:BOLD', '24:9:MONOSPACE', '34:1:BOLD']);
  });

  test('an address inside bold text is not bold, inside a spoiler it is hidden', () => {
    expect(ranges('**a [b](https://x.y) c**')).toEqual(['0:3:BOLD', '17:2:BOLD']);
    expect(ranges('||a [b](https://x.y) c||')).toEqual(['0:19:SPOILER']);
  });

  test.each(['https://x.y/ä', '<https://x.y/a|b>', '[x.y](https://x.y/)', '[a@b.co](mailto:a@b.co)'])(
    'an address is not repeated behind itself: %s',
    (source) => {
      expect(signal(source).text).not.toContain('(');
    },
  );

  test('offsets count UTF-16 units', () => {
    expect(ranges('😀 **b😀**')).toEqual(['3:3:BOLD']);
  });

  test('the limit counts the addresses of links', () => {
    const messages = signalMessages(markdown, 'one [two](https://example.com) **three**', {
      tables: 'bullets',
      limit: 30,
    });
    expect(messages).toEqual([
      { text: 'one two (https://example.com)', styles: [] },
      { text: 'three', styles: [{ start: 0, length: 5, style: 'BOLD' }] },
    ]);
  });

  test('a label that is cut has its address once, at its end', () => {
    const messages = signalMessages(markdown, 'a [one two](u)', { tables: 'bullets', limit: 7 });
    expect(messages.map(({ text }) => text)).toEqual(['a one', 'two (u)']);
  });
});
