/** Reads the parameters of message actions, which models and programs write in several ways. Pure. */

export type ActionParams = Readonly<Record<string, unknown>>;

/** The first of the members that is a text or a number, trimmed. */
export function textParam(params: ActionParams, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = params[key];
    const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
    if (text !== '') return text;
  }
  return undefined;
}

export function numberParam(params: ActionParams, key: string): number | undefined {
  const value = Number(textParam(params, key) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

export const flagParam = (params: ActionParams, key: string): boolean => params[key] === true;

/** The texts of a list; a single text is a list of one. */
export function textsParam(params: ActionParams, key: string): readonly string[] {
  const value = params[key];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => (typeof item === 'string' && item.trim() !== '' ? [item.trim()] : []));
}
