import type { Finding } from '../../finding.ts';
import { programText } from '../run/interpreter-code.ts';
import type { RunCommand } from '../run/run-command.ts';
import { type CRITICAL, SERIOUS } from './rule.ts';

/** Programs whose arguments alone tell the danger. */
export interface KnownDanger {
  readonly tag: string;
  readonly reason: string;
  readonly program: RegExp;
  /** On the arguments and the text that the program reads, joined by spaces. */
  readonly asks: RegExp;
  readonly unless?: RegExp;
  /** Serious when left out. */
  readonly weight?: typeof CRITICAL;
}

/** The dangers of a table that a command meets. */
export function dangersIn(table: readonly KnownDanger[], command: RunCommand): readonly Finding[] {
  const { name, args, input, environment } = command;
  const variables = Object.entries(environment).map(([variable, value]) => `${variable}=${value}`);
  const text = [
    ...args,
    ...variables,
    ...(input === undefined || programText(args, input) === undefined ? [] : [input]),
  ].join(' ');
  return table
    .filter(({ program, asks, unless }) => program.test(name) && asks.test(text) && unless?.test(text) !== true)
    .map(({ tag, reason, weight }) => ({ tag, reason, ...(weight ?? SERIOUS) }));
}
