import { wrap } from '../table.ts';

const FRAME = 6;
const WIDEST = 88;

/** A titled box, as wide as its longest line (reference cli/doctor.md §1). */
export function titledBox(title: string, lines: readonly string[], columns: number): readonly string[] {
  const room = Math.min(columns, WIDEST) - FRAME;
  const wrapped = lines.flatMap((line) => {
    const [first = '', ...rest] = wrap(line, room - 2);
    return [first, ...rest.map((more) => `  ${more}`)];
  });
  const width = Math.max(title.length + 2, ...wrapped.map((line) => line.length));
  const padded = ['', ...wrapped, ''].map((line) => `│  ${line.padEnd(width)}  │`);
  return [`◇  ${title} ${'─'.repeat(width - title.length)}╮`, ...padded, `├${'─'.repeat(width + 4)}╯`, '│'];
}
