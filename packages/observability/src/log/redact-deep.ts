/** A copy of a JSON value with every text in it redacted; keys stay. A value without a secret comes back as it is. */
export function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) {
    const copy = value.map((item) => redactDeep(item, redact));
    return copy.every((item, index) => item === value[index]) ? value : copy;
  }
  if (typeof value !== 'object' || value === null) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, inner]) => {
    const redacted = redactDeep(inner, redact);
    changed ||= redacted !== inner;
    return [key, redacted];
  });
  return changed ? Object.fromEntries(entries) : value;
}
