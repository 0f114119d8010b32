import { convertTables } from './convert-tables.ts';
import type { Markdown } from './markdown.ts';
import type { TableMode } from './read-table.ts';

/** Markdown as the `formatted_body` of a Matrix message (reference channels/matrix.md, Outbound). Pure. */
export function matrixHtml(markdown: Markdown, source: string, tables: TableMode): string {
  return markdown.toHtml(convertTables(markdown, source, tables));
}
