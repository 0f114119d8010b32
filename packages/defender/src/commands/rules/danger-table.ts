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
  /** What comes in through its input are orders to it, whatever its arguments are. */
  readonly readsOrders?: true;
  /** Serious when left out. */
  readonly weight?: typeof CRITICAL;
}

/** The dangers of a table that a command meets. */
export function dangersIn(table: readonly KnownDanger[], command: RunCommand): readonly Finding[] {
  const { name, args, input, environment } = command;
  const known = table.filter(({ program }) => program.test(name));
  if (known.length === 0) return [];
  const given = [...args, ...Object.entries(environment).map(([variable, value]) => `${variable}=${value}`)];
  const isProgram = input !== undefined && programText(args, input) !== undefined;
  const text = [...given, ...(isProgram ? [input] : [])].join(' ');
  const orders = [...given, input ?? ''].join(' ');
  return known
    .filter(({ asks, unless, readsOrders }) => {
      const asked = readsOrders ? orders : text;
      return asks.test(asked) && unless?.test(asked) !== true;
    })
    .map(({ tag, reason, weight }) => ({ tag, reason, ...(weight ?? SERIOUS) }));
}
