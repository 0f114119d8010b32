import { ToolInputError } from './tool-input-error.ts';

export type ToolArguments = Readonly<Record<string, unknown>>;

/** True for JSON objects. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The trimmed text of `key`, or undefined when it is absent, blank or no string. */
export function optionalText(args: ToolArguments, key: string): string | undefined {
  const value = args[key];
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  return text === '' ? undefined : text;
}

/** The trimmed text of `key`. Throws `<label> required` (reference agent/tools.md ). */
export function requiredText(args: ToolArguments, key: string, label = key): string {
  const text = optionalText(args, key);
  if (text === undefined) throw new ToolInputError(`${label} required`);
  return text;
}

/** The string under `key` exactly as given, blanks included. */
export function rawText(args: ToolArguments, key: string): string | undefined {
  const value = args[key];
  return typeof value === 'string' ? value : undefined;
}

/** The finite number under `key`; numeric strings count. */
export function optionalNumber(args: ToolArguments, key: string): number | undefined {
  const value = args[key];
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const parsed = Number(value.trim());
  return Number.isFinite(parsed) ? parsed : undefined;
}

export function optionalFlag(args: ToolArguments, key: string): boolean | undefined {
  const value = args[key];
  return typeof value === 'boolean' ? value : undefined;
}

/** The non-blank strings under `key`; a single string counts as a list of one. */
export function textList(args: ToolArguments, key: string): readonly string[] {
  const value = args[key];
  const list = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === 'string').filter((entry) => entry.trim() !== '');
}
