import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertTables } from './convert-tables.ts';
import { loadMarkdown } from './markdown.ts';
import { matrixHtml } from './matrix.ts';
import { plainText } from './plain.ts';
import { signalMessage, signalMessages } from './signal.ts';
import { slackMessages } from './slack.ts';
import { telegramMessage, telegramMessages } from './telegram.ts';
import { whatsappText } from './whatsapp.ts';

const markdown = await loadMarkdown();

const piece = fc.oneof(
  fc.constantFrom(
    'word ',
    '\n',
    '\n\n',
    '**',
    '*',
    '_',
    '__',
    '~~',
    '||',
    '`',
    '```',
    '\n```js\n',
    '> ',
    '\n- ',
    '\n  - ',
  ),
  fc.constantFrom(
    '\n1. ',
    '# ',
    '[',
    '](',
    ')',
    '<',
    '>',
    '&',
    '"',
    '|',
    '\n|---|---|\n',
    '| a | b |',
    '\\',
    '😀',
    '\ud800',
  ),
  fc.constantFrom('README.md', 'https://x.y/z', 'a@b.co', '<@U1>', '    ', '\t', '---', '\u0000', '![', '&lt;'),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const source = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
const limit = fc.integer({ min: 2, max: 60 });
const tables = fc.constantFrom('off', 'bullets', 'code');

const withoutSpace = (text: string): string => text.replace(/\s/g, '');

/** What a person reads of Telegram HTML; fails when a tag is unknown, open at the end or closed out of order. */
function readHtml(html: string): string {
  const open: string[] = [];
  const text = html.replace(/<(\/?)([a-z-]+)(?: href="[^"<>]*")?>/g, (_tag, slash: string, name: string) => {
    expect(['b', 'i', 's', 'a', 'code', 'pre', 'blockquote', 'tg-spoiler']).toContain(name);
    if (slash === '') open.push(name);
    else expect(open.pop()).toBe(name);
    return '';
  });
  expect(open).toEqual([]);
  expect(text).not.toMatch(/[<>]/);
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

describe('any input', () => {
  test('Telegram tags are always balanced and around the text that is the fallback', () => {
    fc.assert(
      fc.property(source, tables, limit, (text, mode, units) => {
        for (const message of telegramMessages(markdown, text, { tables: mode, limit: units })) {
          expect(message.text.length).toBeLessThanOrEqual(units);
          expect(readHtml(message.html)).toBe(message.text);
        }
      }),
    );
  });

  test('Telegram messages joined are the whole', () => {
    fc.assert(
      fc.property(source, tables, limit, (text, mode, units) => {
        const whole = telegramMessage(markdown, text, mode).text;
        const parts = telegramMessages(markdown, text, { tables: mode, limit: units });
        expect(withoutSpace(parts.map((part) => part.text).join(''))).toBe(withoutSpace(whole));
      }),
    );
  });

  test('Signal ranges lie inside the text and messages joined are the whole', () => {
    fc.assert(
      fc.property(source, tables, limit, (text, mode, units) => {
        const parts = signalMessages(markdown, text, { tables: mode, limit: units });
        for (const message of parts) {
          expect(message.text.length).toBeLessThanOrEqual(units);
          for (const { start, length } of message.styles) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(length).toBeGreaterThan(0);
            expect(start + length).toBeLessThanOrEqual(message.text.length);
          }
        }
        const whole = signalMessage(markdown, text, mode).text;
        expect(withoutSpace(parts.map((part) => part.text).join(''))).toBe(withoutSpace(whole));
      }),
    );
  });

  test('a mark keeps the same characters, however the text is cut', () => {
    fc.assert(
      fc.property(source, limit, (text, units) => {
        const bold = ({ text: shown, styles }: ReturnType<typeof signalMessage>): string =>
          styles
            .filter(({ style }) => style === 'BOLD')
            .map(({ start, length }) => shown.slice(start, start + length))
            .join('');
        const parts = signalMessages(markdown, text, { tables: 'off', limit: units });
        expect(withoutSpace(parts.map(bold).join(''))).toBe(withoutSpace(bold(signalMessage(markdown, text, 'off'))));
      }),
    );
  });

  test('no dialect throws', () => {
    fc.assert(
      fc.property(source, tables, (text, mode) => {
        slackMessages(markdown, text, { tables: mode, limit: 40 });
        whatsappText(markdown, text, mode);
        matrixHtml(markdown, text, mode);
        plainText(markdown, text, mode);
        convertTables(markdown, text, mode);
      }),
    );
  });

  // Work that grows with the square of the length would take minutes here.
  test.each([
    '[',
    '![',
    '*a_b ',
    '||a|| b ',
    '> ',
    '<',
    '`a``b',
    'a.md ',
    'a@b.',
    '|a|b|\n|-|-|\n',
    '[a](b) ',
    '**a** ',
  ])(
    '50,000 units of %j are read in time',
    (unit) => {
      const text = unit.repeat(Math.ceil(50_000 / unit.length));
      telegramMessages(markdown, text, { tables: 'code', limit: 4000 });
      slackMessages(markdown, text, { tables: 'code', limit: 4000 });
      signalMessages(markdown, text, { tables: 'bullets', limit: 4000 });
      whatsappText(markdown, text, 'bullets');
    },
    15_000,
  );
});
