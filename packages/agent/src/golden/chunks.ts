import { chunkMarkdown } from '../chunks/chunk-markdown.ts';
import { chunkLines, chunkMarkdownParagraphs, chunkParagraphs } from '../chunks/chunk-modes.ts';
import { chunkText } from '../chunks/chunk-text.ts';
import { count, type Fields, text } from './fields.ts';

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
