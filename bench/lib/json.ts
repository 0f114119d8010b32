/** A JSON object of unknown content. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a dotted path, undefined when there is none. */
export const valueAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (inner === null || inner === undefined ? undefined : Reflect.get(Object(inner), key)),
      value,
    );

export const numberAt = (value: unknown, path: string): number | undefined => {
  const found = valueAt(value, path);
  return typeof found === 'number' ? found : undefined;
};

export const textAt = (value: unknown, path: string): string | undefined => {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : undefined;
};

export const listAt = (value: unknown, path: string): readonly unknown[] => {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
};
