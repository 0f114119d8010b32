import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeBlocks } from './block-chunker.ts';
import { chunkMarkdown } from './chunk-markdown.ts';
import { chunkLines, chunkMarkdownParagraphs, chunkParagraphs } from './chunk-modes.ts';
import { chunkText } from './chunk-text.ts';

const piece = fc.constantFrom('word ', '\n', '\n\n', '```', '````js\n', '~~~\n', '(', ') ', '. ', '😀', '  ');
const markdown = fc.array(piece, { maxLength: 80 }).map((pieces) => pieces.join(''));
const withoutSpace = (text: string): string => text.replace(/\s/g, '');

describe('chunking', () => {
  test('plain text comes back whole but for white space, in pieces within the limit', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 2, max: 40 }), (text, limit) => {
        const chunks = chunkText(text, limit);
        expect(withoutSpace(chunks.join(''))).toBe(withoutSpace(text));
        for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('markdown always ends, in pieces within the limit, however small the limit is', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 2, max: 40 }), (text, limit) => {
        for (const chunk of chunkMarkdown(text, limit)) expect(chunk.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('blocks of a growing answer always end and leave nothing behind', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 2, max: 40 }), fc.boolean(), (text, maxChars, flushOnParagraph) => {
        const limits = { minChars: Math.ceil(maxChars / 2), maxChars, flushOnParagraph };
        const { blocks, rest } = takeBlocks(text, limits, true);
        expect(rest).toBe('');
        const words = (source: string): number => source.match(/[.😀()]/gu)?.length ?? 0;
        // The opening line of a block that was cut stands in every part of it.
        expect(words(blocks.join(''))).toBeGreaterThanOrEqual(words(text));
      }),
    );
  });

  test('without a limit a text is one piece as it came, in every mode', () => {
    const text = ' a \r\n\n b ';
    for (const cut of [chunkText, chunkMarkdown, chunkLines, chunkParagraphs, chunkMarkdownParagraphs]) {
      expect([cut(text, 0), cut('', 0)]).toEqual([[text], []]);
    }
  });

  test('a piece that begins with blank lines counts them, and keeps room for its line', () => {
    expect(chunkLines('a\n\n\nfour', 4)).toEqual(['a', '\n\nfo', 'ur']);
    expect(chunkLines('a\n\n\n\n\n\nb', 3)).toEqual(['a', '\n\nb']);
  });
});
