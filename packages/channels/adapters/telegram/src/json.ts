/** Reading values whose shape nobody vouches for. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordIn = (value: unknown, key: string): Record<string, unknown> | undefined => {
  const member = isRecord(value) ? value[key] : undefined;
  return isRecord(member) ? member : undefined;
};

export const stringIn = (value: unknown, key: string): string | undefined => {
  const member = isRecord(value) ? value[key] : undefined;
  return typeof member === 'string' ? member : undefined;
};

export const numberIn = (value: unknown, key: string): number | undefined => {
  const member = isRecord(value) ? value[key] : undefined;
  return typeof member === 'number' ? member : undefined;
};

export const booleanIn = (value: unknown, key: string): boolean | undefined => {
  const member = isRecord(value) ? value[key] : undefined;
  return typeof member === 'boolean' ? member : undefined;
};

export const listIn = (value: unknown, key: string): readonly unknown[] => {
  const member = isRecord(value) ? value[key] : undefined;
  return Array.isArray(member) ? member : [];
};

/** The value when it is one of the choices. */
export function oneOf<T extends string>(value: string | undefined, choices: readonly T[], otherwise: T): T {
  return choices.find((choice) => choice === value) ?? otherwise;
}
