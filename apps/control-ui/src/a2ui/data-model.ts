import { isRecord } from '../json-record.ts';
import { listIn, textIn } from './messages.ts';

/** The data a surface shows and its inputs change: JSON, never changed in place. Pure. */

/** The way a path names; relative ones start at `base`, and `.` is the base itself. */
export function pathSegments(path: string, base: readonly string[] = []): readonly string[] {
  const own = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return path.startsWith('/') ? own : [...base, ...own];
}

export function valueAt(data: unknown, segments: readonly string[]): unknown {
  return segments.reduce<unknown>((at, segment) => {
    if (Array.isArray(at)) return at[Number(segment)];
    return isRecord(at) && Object.hasOwn(at, segment) ? at[segment] : undefined;
  }, data);
}

/** A copy with a value set; what is missing on the way is made. */
export function withValue(data: unknown, segments: readonly string[], value: unknown): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (Array.isArray(data)) {
    const index = Number(segment);
    if (!Number.isInteger(index) || index < 0 || index > data.length) return data;
    return data.toSpliced(index, 1, withValue(data[index], rest, value));
  }
  const record = isRecord(data) ? data : {};
  const child = withValue(Object.hasOwn(record, segment) ? record[segment] : undefined, rest, value);
  return { ...record, [segment]: child };
}

/** The value that `contents` of a dataModelUpdate spell; the key `.` stands for the value itself. */
export function contentsValue(contents: readonly unknown[]): unknown {
  const entries = contents.flatMap((item): [string, unknown][] =>
    isRecord(item) && typeof item.key === 'string' ? [[item.key, entryValue(item)]] : [],
  );
  const whole = entries.find(([key]) => key === '.');
  return whole ? whole[1] : Object.fromEntries(entries);
}

function entryValue(entry: Readonly<Record<string, unknown>>): unknown {
  const text = textIn(entry.valueString);
  if (text !== undefined) return parsedText(text);
  if (entry.valueMap !== undefined) return contentsValue(listIn(entry.valueMap));
  return entry.valueNumber ?? entry.valueBoolean;
}

/** The format has no lists, so agents send them as JSON in a text. */
function parsedText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The items of a list, with the segment that leads to each: arrays, and maps in their order. */
export function listItems(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map((_item, index) => String(index));
  return isRecord(value) ? Object.keys(value) : [];
}
