import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeBlocks } from './block-chunker.ts';
import { chunkMarkdown } from './chunk-markdown.ts';
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
});
