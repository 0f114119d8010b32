import type { SQLOutputValue } from 'node:sqlite';

/** A row as SQLite gives it. The readers below are the border between it and typed data. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The row does not have the shape its table promises: the database was changed by something else. */
export class UnexpectedColumnError extends Error {
  override readonly name = 'UnexpectedColumnError';
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new UnexpectedColumnError(`column ${column} holds no text`);
}

export function textOrUndefined(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

export function numeric(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw new UnexpectedColumnError(`column ${column} holds no number`);
}

export function numericOrUndefined(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : numeric(row, column);
}

export function oneOf<T extends string>(row: Row, column: string, allowed: readonly T[]): T {
  const value = text(row, column);
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new UnexpectedColumnError(`column ${column} holds an unknown word: ${value}`);
}

export function json(row: Row, column: string): unknown {
  const value = textOrUndefined(row, column);
  if (value === undefined) return undefined;
  const parsed: unknown = JSON.parse(value);
  return parsed;
}

/** JSON for a column; undefined becomes NULL. */
export function jsonColumn(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Whether a parsed JSON value is an object that may be read by member. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
