import type { Running, StepDefinition, StepName } from './onboarding-state.ts';

/** The kinds of questions onboarding is made of. Pure. */

export const note = (
  title: string,
  lines: readonly string[],
  to: (state: Running) => StepName | 'done',
): StepDefinition => ({
  show: () => ({ type: 'note', title, message: lines.join('\n') }),
  take: (_value, state) => ({ to: to(state) }),
});

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

export function select(
  message: string,
  options: (state: Running) => readonly Option[],
  take: (value: string, state: Running) => ReturnType<StepDefinition['take']>,
  initial?: (state: Running) => string,
): StepDefinition {
  return {
    show: (state) => ({
      type: 'select',
      message,
      options: [...options(state)],
      ...(initial && { initialValue: initial(state) }),
    }),
    take(value, state) {
      const offered = options(state).map((option) => option.value);
      if (typeof value === 'string' && offered.includes(value)) return take(value, state);
      return `Choose one of: ${offered.join(', ')}`;
    },
  };
}

export function text(
  facts: { readonly message: string; readonly placeholder?: string; readonly sensitive?: true },
  take: (value: string, state: Running) => ReturnType<StepDefinition['take']>,
  initial?: (state: Running) => string,
): StepDefinition {
  return {
    show: (state) => ({ type: 'text', ...facts, ...(initial && { initialValue: initial(state) }) }),
    take: (value, state) => {
      const given = typeof value === 'number' ? String(value) : value;
      return typeof given === 'string' ? take(given.trim(), state) : 'A text is expected';
    },
  };
}

export const options = (...pairs: readonly (readonly [string, string, string?])[]): readonly Option[] =>
  pairs.map(([value, label, hint]) => ({ value, label, ...(hint !== undefined && { hint }) }));
