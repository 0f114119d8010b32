import { REDACTED, redactText } from './redact-text.ts';

/** Keys whose text values are secrets whatever they look like. Counters such as `maxTokens` are numbers and pass. */
const SECRET_KEY =
  /token|secret|password|passwd|api[-_]?key|authorization|cookie|credential|private[-_]?key|signature/i;

/** Deeper or wider values are cut: a log line describes a fact, it does not carry a document. */
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;
const MAX_TEXT_CHARS = 16_384;

/**
 * A copy that is safe to write: secrets masked by key and by shape, errors flattened to name, message, code and stack,
 * cycles, depth and width bounded. Never throws, whatever the getters of the value do.
 */
export function redactFields(
  fields: Readonly<Record<string, unknown>>,
  extra: readonly RegExp[],
): Record<string, unknown> {
  const seen = new WeakSet<object>();

  const safeText = (value: string): string =>
    value.length > MAX_TEXT_CHARS ? `${redactText(value.slice(0, MAX_TEXT_CHARS), extra)}…` : redactText(value, extra);

  const copy = (value: unknown, key: string, depth: number): unknown => {
    if (typeof value === 'string') return SECRET_KEY.test(key) && value !== '' ? REDACTED : safeText(value);
    if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
    if (typeof value === 'function') return '[function]';
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '[seen above]';
    if (depth >= MAX_DEPTH) return '[too deep]';
    seen.add(value);
    if (value instanceof Error) return copyError(value, depth);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => copy(item, key, depth + 1));
    return copyEntries(value, depth);
  };

  const copyError = (error: Error, depth: number): Record<string, unknown> => ({
    name: error.name,
    message: safeText(error.message),
    ...('code' in error ? { code: copy(error.code, 'code', depth + 1) } : {}),
    ...(error.stack === undefined ? {} : { stack: safeText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: copy(error.cause, 'cause', depth + 1) }),
  });

  const copyEntries = (value: object, depth: number): Record<string, unknown> => {
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(value).slice(0, MAX_ENTRIES)) {
      try {
        out[key] = copy(Reflect.get(value, key), key, depth + 1);
      } catch (error) {
        out[key] = `[unreadable: ${error instanceof Error ? error.name : typeof error}]`;
      }
    }
    return out;
  };

  return copyEntries(fields, 0);
}
