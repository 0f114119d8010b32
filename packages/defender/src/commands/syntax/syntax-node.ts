/** A node of a syntax tree as plain data. `start` and `end` are UTF-16 offsets into the source. */
export interface SyntaxNode {
  readonly kind: string;
  /** False for punctuation and key words. */
  readonly named: boolean;
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

export function textOf(source: string, { start, end }: SyntaxNode): string {
  return source.slice(start, end);
}
