import { convertTables } from './convert-tables.ts';
import type { Markdown } from './markdown.ts';
import type { TableMode } from './read-table.ts';

/** Code stays as it is: fenced blocks, then code in a line. */
const CODE = /```[\s\S]*?```|`[^`\n]+`/g;
/** Stands for a piece of code while marks are replaced; no message may carry it. */
const CODE_PLACE = '\u0000';

/**
 * Markdown with WhatsApp's signs for bold and strikethrough (reference channels/whatsapp.md §5); everything else is
 * sent as it was written. Pure.
 */
export function whatsappText(markdown: Markdown, source: string, tables: TableMode): string {
  const text = convertTables(markdown, source, tables).replaceAll(CODE_PLACE, '');
  const code = text.match(CODE) ?? [];
  let at = 0;
  return text
    .replace(CODE, CODE_PLACE)
    .replace(/\*\*(.+?)\*\*/g, '*$1*')
    .replace(/__(.+?)__/g, '*$1*')
    .replace(/~~(.+?)~~/g, '~$1~')
    .replaceAll(CODE_PLACE, () => {
      const piece = code[at] ?? '';
      at += 1;
      return piece;
    });
}
