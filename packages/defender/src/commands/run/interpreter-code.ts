import { UNKNOWN } from './run-command.ts';

/** Calls of other languages that hand a text to a shell or start a program. */
const CALL =
  /(?:os\.(?:system|popen|execute|exec[lv]p?e?)|io\.popen|subprocess\.\w+|commands\.getoutput|\bsystem|\bpopen|shell_exec|passthru|proc_open|exec(?:Sync|File|FileSync)?|spawn(?:Sync)?|Open3\.\w+|do shell script|(?:new\s+)?Deno\.Command|Bun\.spawn(?:Sync)?|Process\.spawn|\bqx|\w\.(?:check_output|check_call|Popen|run|call|getoutput)(?=\s*\(\s*['"[]))\s*[({\s]\s*/g;
const TEXT = /^(?:r|b|f|u)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/;
const LIST = /^\[([^\]]*)\]/;
/** Arguments behind the program's name: `spawn('rm', ['-rf', …])`. */
const MORE = /^\s*,\s*(?:\{\s*args\s*:\s*)?\[([^\]]*)\]/;
/** Arguments one by one: `system("rm", "-rf", …)`. */
const ONE_BY_ONE = /^(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))+/;
const LIST_ITEM = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;

/** The program text that an interpreter gets in its arguments or its input; undefined when it is a file. */
export function programText(args: readonly string[], input: string | undefined): string | undefined {
  if (args[0] === 'eval') return args[1];
  const at = args.findIndex((arg) => /^-[A-Za-z]*[ecrE]$|^--(?:eval|print|exec)$|^-Command$/.test(arg));
  if (at >= 0) return args[at + 1];
  return args[0] === '-' || args.every((arg) => arg.startsWith('-')) ? input : undefined;
}

/**
 * Shell texts that a program in another language starts, as far as they stand in its text (reference
 * defender/defender.md §B.2). A call whose argument is computed gives `UNKNOWN`.
 */
export function interpreterCode(name: string, args: readonly string[], input: string | undefined): readonly string[] {
  const written = programText(args, input);
  if (written === undefined) return [];
  const text = withPlainNames(written);
  const calls = name.startsWith('tclsh')
    ? []
    : [...text.matchAll(CALL)].flatMap((call) => argumentOf(text.slice(call.index + call[0].length)));
  const backticks = /^(?:perl|ruby|php)/.test(name)
    ? [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
    : [...text.matchAll(/(?<![\w$])\$`([^`]+)`/g)].map(([, code = '']) => code);
  const tcl = name.startsWith('tclsh') ? [...text.matchAll(/(?:^|[;\n[{])\s*exec\s+([^\n;\]}]+)/g)] : [];
  return [...calls, ...backticks, ...tcl.map(([, code = '']) => code)];
}

const HOME_FOLDER =
  /\bDir\.home\b|\b(?:os\.)?homedir\(\)|\b(?:pathlib\.)?Path\.home\(\)|\bos\.path\.expanduser\(\s*['"]~\/?['"]\s*\)|\b(?:ENV|os\.environ)\[\s*['"]HOME['"]\s*\]|\bprocess\.env\.HOME\b/g;

/** `getattr(os, 'sys'+'tem')(…)` and `cp['exec'+'Sync'](…)` as the calls they are. */
function withPlainNames(text: string): string {
  return text
    .replaceAll(HOME_FOLDER, '"~"')
    .replaceAll(/(['"])\s*\+\s*\1/g, '')
    .replaceAll(/\bgetattr\s*\((?:[^()]|\([^()]*\)){1,200}?,\s*['"](\w+)['"]\s*\)\s*\(/g, 'os.$1(')
    .replaceAll(/\[\s*['"](\w+)['"]\s*\]\s*\(/g, '.$1(');
}

function argumentOf(rest: string): readonly string[] {
  const text = TEXT.exec(rest);
  if (text !== null) {
    const program = withoutEscapes(text[1] ?? text[2] ?? text[3] ?? '');
    const behind = rest.slice(text[0].length);
    const more = MORE.exec(behind)?.[1] ?? ONE_BY_ONE.exec(behind)?.[0];
    return [more === undefined ? program : `${program} ${listed(more)}`];
  }
  const list = LIST.exec(rest)?.[1];
  if (list !== undefined) {
    return [listed(list)];
  }
  return /^[A-Za-z_$(]/.test(rest) ? [UNKNOWN] : [];
}

/** The items of a list as shell words. */
function listed(list: string): string {
  return [...list.matchAll(LIST_ITEM)]
    .map(([, single, double]) => withoutEscapes(single ?? double ?? ''))
    .map((item) => (/^[\w./~*-]+$/.test(item) ? item : `'${item.replaceAll("'", '')}'`))
    .join(' ');
}

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\(['"`\\])/g, '$1');
}
