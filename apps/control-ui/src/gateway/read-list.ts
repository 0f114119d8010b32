import { isRecord } from '../json-record.ts';

/** The readable ones of a list in an answer. */
export function readList<Item>(
  answer: unknown,
  key: string,
  read: (value: unknown) => Item | undefined,
): readonly Item[] {
  const list: unknown = isRecord(answer) ? answer[key] : undefined;
  return Array.isArray(list) ? list.flatMap((value) => read(value) ?? []) : [];
}
