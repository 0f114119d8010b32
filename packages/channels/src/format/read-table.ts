import type { MarkdownToken } from './markdown.ts';
import { writeInline } from './read-inline.ts';
import type { StyledText } from './styled-text.ts';
import { createStyledTextBuilder, type StyledTextBuilder } from './styled-text-builder.ts';

/** What becomes of a table (reference channels/framework.md §13): `off` leaves its bars as they are. */
export type TableMode = 'off' | 'bullets' | 'code';

/** Cells of one line. */
type Row = readonly StyledText[];

export interface Table {
  readonly header: Row;
  readonly rows: readonly Row[];
}

/** Reads the tokens between `table_open` and `table_close`; every row has as many cells as the header. */
export function readTable(tokens: readonly MarkdownToken[]): Table {
  const rows: StyledText[][] = [];
  for (const { type, children } of tokens) {
    if (type === 'tr_open') rows.push([]);
    if (type !== 'inline') continue;
    const cell = createStyledTextBuilder();
    writeInline(cell, children);
    rows.at(-1)?.push(cell.finish());
  }
  const [header = [], ...body] = rows;
  return { header, rows: body };
}

/** Lines of equal width; the caller marks them as code. */
export function tableLines({ header, rows }: Table): string {
  const widths = header.map(({ text }, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.text.length ?? 0), text.length),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const padded = (row: Row): string => line(widths.map((width, column) => (row[column]?.text ?? '').padEnd(width)));
  return `${padded(header)}${line(widths.map((width) => '-'.repeat(Math.max(3, width))))}${rows.map(padded).join('')}`;
}

/**
 * A row as a bold line with its first cell and a line `• header: value` for each other cell that is not empty. A table
 * of one column has no bold lines, and no names where its header is empty. A blank line stands after each row.
 */
export function writeTableBullets(out: StyledTextBuilder, { header, rows }: Table): void {
  const hasLabels = header.length > 1;
  for (const row of rows) {
    const [label, ...others] = row;
    if (hasLabels && label !== undefined && !isEmpty(label)) {
      const start = out.length();
      out.append(label);
      out.style(start, 'bold');
      out.write('\n');
    }
    const values = hasLabels ? others : row;
    for (const [at, value] of values.entries()) {
      if (!isEmpty(value)) writeValue(out, header, hasLabels ? at + 1 : undefined, value);
    }
    out.write('\n');
  }
}

/** `column` is undefined in a table of one column. */
function writeValue(out: StyledTextBuilder, header: Row, column: number | undefined, value: StyledText): void {
  const name = header[column ?? 0];
  const isNamed = name !== undefined && !isEmpty(name);
  out.write('• ');
  if (isNamed) out.append(name);
  else if (column !== undefined) out.write(`Column ${column}`);
  if (isNamed || column !== undefined) out.write(': ');
  out.append(value);
  out.write('\n');
}

const isEmpty = ({ text }: StyledText): boolean => text.trim() === '';
