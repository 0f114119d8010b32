import type { MarkdownToken } from './markdown.ts';
import type { StyledTextBuilder } from './styled-text-builder.ts';

/** Reads `||hidden||` of running text; a spoiler may reach over several blocks. */
export interface SpoilerMarks {
  /** Writes running text, its spoiler marks taken out. */
  readonly write: (out: StyledTextBuilder, text: string) => void;
}

const MARK = '||';

/** A mark without a partner, the last of an odd number, is text: it must not hide the rest of the answer. */
export function createSpoilerMarks(tokens: readonly MarkdownToken[]): SpoilerMarks {
  let left = countMarks(tokens);
  let openedAt: number | undefined;
  const passMark = (out: StyledTextBuilder): void => {
    left -= 1;
    if (openedAt !== undefined) {
      out.style(openedAt, 'spoiler');
      openedAt = undefined;
    } else if (left === 0) out.write(MARK);
    else openedAt = out.length();
  };
  return {
    write(out, text) {
      for (const [at, part] of text.split(MARK).entries()) {
        if (at > 0) passMark(out);
        out.write(part);
      }
    },
  };
}

/** Cells of tables do not count: bars part them, and they are read without spoilers. */
function countMarks(tokens: readonly MarkdownToken[]): number {
  let count = 0;
  let isInTable = false;
  for (const { type, children } of tokens) {
    if (type === 'table_open') isInTable = true;
    else if (type === 'table_close') isInTable = false;
    else if (type === 'inline' && !isInTable) {
      for (const child of children ?? []) if (child.type === 'text') count += child.content.split(MARK).length - 1;
    }
  }
  return count;
}
