import type { ToolArguments } from '../call/arguments.ts';

function shown(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  if (typeof value === 'number' || value === true) return String(value);
  if (!Array.isArray(value)) return undefined;
  const items = value.map(shown).filter((item) => item !== undefined);
  return items.length === 0 ? undefined : items.join(', ');
}

/**
 * A summary from named arguments: a single one as it is, several as `with <label> <value>, …`. Each pair is the
 * argument's key and the word it is shown with.
 */
export function fieldSummary(
  fields: readonly (readonly [key: string, label: string])[],
): (args: ToolArguments) => string | undefined {
  return (args) => {
    const given = fields
      .map(([key, label]) => ({ label, value: shown(args[key]) }))
      .filter(({ value }) => value !== undefined);
    if (given.length === 0) return undefined;
    if (given.length === 1) return given[0]?.value;
    return `with ${given.map(({ label, value }) => `${label} ${value}`).join(', ')}`;
  };
}
