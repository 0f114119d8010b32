import { type BlockLimits, takeBlocks } from '../chunks/block-chunker.ts';
import { chunkMarkdown } from '../chunks/chunk-markdown.ts';
import { chunkLines, chunkMarkdownParagraphs, chunkParagraphs } from '../chunks/chunk-modes.ts';
import { chunkText } from '../chunks/chunk-text.ts';
import { count, type Fields, fieldsOf, text } from './fields.ts';

/** Runs a case of the tables `chunk-text`, `chunk-markdown` and `chunk-modes`. */
export function chunksCase(input: Fields): unknown {
  const body = text(input.text) ?? '';
  const limit = count(input.limit) ?? 0;
  switch (input.fn) {
    case 'text':
      return chunkText(body, limit);
    case 'markdown':
      return chunkMarkdown(body, limit);
    case 'paragraph':
      return chunkParagraphs(body, limit);
    case 'paragraphNoSplit':
      return chunkParagraphs(body, limit, { split: false });
    case 'newline':
      return chunkLines(body, limit);
    case 'newlineNoTrimNoSplit':
      return chunkLines(body, limit, { split: false, trim: false });
    case 'markdownNewlineMode':
      return chunkMarkdownParagraphs(body, limit);
    default:
      throw new Error(`unknown rule ${String(input.fn)}`);
  }
}

/** Runs a case of the table `block-chunker`: the text arrives in pieces of `appendStep` units. */
export function blockChunkerCase(input: Fields): unknown {
  const body = text(input.text) ?? '';
  const step = count(input.appendStep) ?? body.length;
  const limits = readLimits(fieldsOf(input.chunking));
  const blocks: string[] = [];
  let rest = '';
  for (let at = 0; at < body.length; at += step) {
    const taken = takeBlocks(rest + body.slice(at, at + step), limits);
    blocks.push(...taken.blocks);
    rest = taken.rest;
  }
  return [...blocks, ...takeBlocks(rest, limits, true).blocks];
}

function readLimits(chunking: Fields): BlockLimits {
  const preference = (['paragraph', 'newline', 'sentence'] as const).find((name) => name === chunking.breakPreference);
  return {
    minChars: count(chunking.minChars) ?? 1,
    maxChars: count(chunking.maxChars) ?? 1,
    flushOnParagraph: chunking.flushOnParagraph === true,
    ...(preference === undefined ? {} : { breakPreference: preference }),
  };
}
