import { unescapeAnsiC } from '../syntax/escapes.ts';
import { isKnown } from './run-command.ts';

const BASE64 = /^[A-Za-z0-9+/=_\s-]*$/;
const MAX_CHARS = 65_536;

/**
 * What a program prints, when its arguments and its input say so: the few that disguises are made of. Undefined for
 * everything else.
 */
export function staticOutput(name: string, args: readonly string[], input: string | undefined): string | undefined {
  if (!args.every(isKnown)) return undefined;
  const output = printed(name, args, input);
  return output === undefined || output.length > MAX_CHARS ? undefined : output;
}

function printed(name: string, args: readonly string[], input: string | undefined): string | undefined {
  switch (name) {
    case 'echo':
      return echoed(args);
    case 'printf':
      return formatted(args);
    case 'cat':
    case 'tee':
      return args.length === 0 || args[0] === '-' || name === 'tee' ? input : undefined;
    case 'base64':
    case 'gbase64':
      return args.some((arg) => /^(?:-d|-D|-di|--decode)$/.test(arg)) ? fromBase64(input) : encoded(input);
    case 'openssl':
      return args.includes('-d') && args.some((arg) => /^-?base64$|^-a$/.test(arg)) ? fromBase64(input) : undefined;
    case 'xxd':
      return args.join(' ').includes('r') && args.join(' ').includes('p') ? fromHex(input) : undefined;
    case 'rev':
      return input
        ?.split('\n')
        .map((line) => [...line].reverse().join(''))
        .join('\n');
    case 'tr':
      return input === undefined ? undefined : translated(input, args);
    default:
      return undefined;
  }
}

function echoed(args: readonly string[]): string {
  const flags = args.findIndex((arg) => !/^-[neE]+$/.test(arg));
  const from = flags < 0 ? args.length : flags;
  const text = args.slice(from).join(' ');
  return args.slice(0, from).some((flag) => flag.includes('e')) ? unescapeAnsiC(text) : text;
}

function formatted(args: readonly string[]): string | undefined {
  const [format, ...values] = args[0] === '--' ? args.slice(1) : args;
  if (format === undefined || format.startsWith('-')) return undefined;
  let at = 0;
  const once = (): string =>
    unescapeAnsiC(format).replaceAll(/%(%|[-0-9.]*[sbdcx])/g, (_all, kind: string) => {
      if (kind === '%') return '%';
      const value = values[at] ?? '';
      at += 1;
      return kind.endsWith('b') ? unescapeAnsiC(value) : value;
    });
  let text = once();
  while (at > 0 && at < values.length && text.length < MAX_CHARS) {
    const before = at;
    text += once();
    if (at === before) break;
  }
  return text;
}

function fromBase64(input: string | undefined): string | undefined {
  if (input === undefined || !BASE64.test(input)) return undefined;
  return Buffer.from(input, 'base64').toString('utf8');
}

function encoded(input: string | undefined): string | undefined {
  return input === undefined ? undefined : Buffer.from(input).toString('base64');
}

function fromHex(input: string | undefined): string | undefined {
  const digits = input?.replaceAll(/\s|0x|\\x/g, '');
  return digits !== undefined && /^(?:[0-9a-fA-F]{2})*$/.test(digits)
    ? Buffer.from(digits, 'hex').toString('utf8')
    : undefined;
}

function translated(input: string, args: readonly string[]): string | undefined {
  const [first, second] = args;
  if (first === '-d' && second !== undefined) {
    const gone = new Set(characters(second));
    return [...input].filter((char) => !gone.has(char)).join('');
  }
  if (first === undefined || second === undefined || first.startsWith('-')) return undefined;
  const from = characters(first);
  const to = characters(second);
  const last = to.at(-1);
  if (last === undefined) return undefined;
  const table = new Map(from.map((char, index) => [char, to[index] ?? last]));
  return [...input].map((char) => table.get(char) ?? char).join('');
}

const CLASSES: Readonly<Record<string, string>> = { '[:upper:]': 'A-Z', '[:lower:]': 'a-z', '[:digit:]': '0-9' };

/** The characters of a set such as `a-z0-9`. */
function characters(set: string): readonly string[] {
  const plain = unescapeAnsiC(set.replaceAll(/\[:(?:upper|lower|digit):\]/g, (name) => CLASSES[name] ?? name));
  const out: string[] = [];
  for (let at = 0; at < plain.length; at += 1) {
    const start = plain.charCodeAt(at);
    const isRange = plain[at + 1] === '-' && at + 2 < plain.length;
    const end = isRange ? plain.charCodeAt(at + 2) : start;
    for (let code = start; code <= end; code += 1) out.push(String.fromCharCode(code));
    if (isRange) at += 2;
  }
  return out;
}
