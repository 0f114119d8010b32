import { isRecord } from '../messages/content-parts.ts';

/** Reads members of golden cases, which are plain JSON of many shapes. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Leaves out the members that are undefined, as JSON does. */
export function defined(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
