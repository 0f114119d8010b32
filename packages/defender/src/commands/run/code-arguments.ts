import { UNKNOWN } from './run-command.ts';

/** Programs that run shell text. */
const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'mksh', 'ash', 'fish', 'csh', 'tcsh', 'rbash']);
/** Programs that run text of another language. */
const INTERPRETERS =
  /^(?:python|pypy|perl|ruby|node|nodejs|deno|bun|php|lua|tclsh|Rscript|osascript|pwsh|powershell)[\d.]*(?:\.exe)?$/;

export function isShell(name: string): boolean {
  return SHELLS.has(name);
}

export function isInterpreter(name: string): boolean {
  return INTERPRETERS.test(name);
}

/** Shell text that a program is given in its arguments and runs. `UNKNOWN` in it means: not all of it can be known. */
export interface ShellCode {
  readonly code: string;
  readonly positional: readonly string[];
  readonly isRemote: boolean;
}

const code = (text: string | undefined, positional: readonly string[] = []): readonly ShellCode[] =>
  text === undefined ? [] : [{ code: text, positional, isRemote: false }];

/** The shell text in the arguments of programs that run it (reference defender/defender.md §B.2). */
export function shellCodeIn(name: string, args: readonly string[], input?: string): readonly ShellCode[] {
  if (isShell(name)) return shellArgument(args);
  switch (name) {
    case 'eval':
      return code(args.join(' '));
    case 'trap':
      return code(args[0] === '--' ? args[1] : args[0]);
    case 'cmd':
    case 'cmd.exe':
      return code(wordsAfter(args, /^\/[ck]$/i));
    case 'powershell':
    case 'powershell.exe':
    case 'pwsh':
      return powerShellCode(args);
    case 'su':
    case 'script':
    case 'runuser':
    case 'flock':
    case 'newgrp':
    case 'sg':
      return code(valueAfter(args, /^-c$|^--command$/));
    case 'ssh':
      return [...remoteCode(args), ...sshOptions(args)];
    case 'tmux':
      return code(tmuxCode(args));
    case 'at':
    case 'batch':
      return code(input);
    case 'make':
    case 'gmake':
      if (args.some((arg) => arg.startsWith('/dev/fd/'))) return code(UNKNOWN);
      return code(args.some((arg) => arg === '-' || arg === '/dev/stdin') ? recipes(input) : undefined);
    case 'npm':
    case 'npx':
    case 'pnpm':
      return code(valueAfter(args, /^-c$|^--call$/));
    case 'nix-shell':
    case 'nix':
      return code(valueAfter(args, /^--run$|^--command$/));
    case 'ansible':
      return code(
        /\b(?:shell|command|raw)\b/.test(valueAfter(args, /^-m$|^--module-name$/) ?? 'command')
          ? valueAfter(args, /^-a$|^--args$/)
          : undefined,
      );
    case 'gdb':
    case 'lldb':
      return args.flatMap((arg) => code(/^(?:!|shell |platform shell )([\s\S]+)/.exec(arg)?.[1]));
    case 'less':
    case 'more':
      return args.flatMap((arg) => code(/^\+!([\s\S]+)/.exec(arg)?.[1]));
    case 'sqlite3':
      return [...args, input ?? ''].flatMap((arg) => code(/(?:^|\n)\.(?:shell|system) ([^\n]+)/.exec(arg)?.[1]));
    case 'zip':
      return code(valueAfter(args, /^-TT$|^--unzip-command$/));
    case 'expect':
      return [...args, input ?? ''].flatMap((arg) => code(/\bspawn ([^;\n]+)/.exec(arg)?.[1]));
    case 'watch':
      return code(afterOptions(args, /^-[nd]$|^--interval$/).join(' ') || undefined);
    case 'parallel':
      return code(afterOptions(args, /^-[jNnd]$/).join(' ') || undefined);
    case 'tar':
    case 'bsdtar':
      return tarCode(args);
    case 'git':
      return gitCode(args);
    case 'vi':
    case 'vim':
    case 'nvim':
    case 'ex':
      return args.flatMap((arg) => (/^:?!/.test(arg) ? code(arg.replace(/^:?!/, '')) : []));
    case 'rsync':
      return code(valueAfter(args, /^-e$|^--rsh$/));
    case 'man':
      return code(valueAfter(args, /^-P$|^--pager$/));
    case 'awk':
    case 'gawk':
    case 'mawk':
    case 'nawk':
      return awkCode(args);
    case 'sed':
    case 'gsed':
      return args.flatMap((arg) => code(/(?:^|[;\d}\n])\s*e\s+(\S[^\n]*)/.exec(arg)?.[1]));
    default:
      return [];
  }
}

function shellArgument(args: readonly string[]): readonly ShellCode[] {
  const at = args.findIndex((arg) => /^-[a-zA-Z]*c[a-zA-Z]*$/.test(arg));
  if (at < 0) return [];
  const [text, _name, ...positional] = args.slice(at + 1).filter((arg) => arg !== '--');
  return code(text, positional);
}

function valueAfter(args: readonly string[], option: RegExp): string | undefined {
  const at = args.findIndex((arg) => option.test(arg));
  if (at >= 0) return args[at + 1];
  const joined = args.find((arg) => /^--[a-z-]+=/.test(arg) && option.test(arg.split('=', 1)[0] ?? ''));
  return joined?.slice(joined.indexOf('=') + 1);
}

/** All words behind an option, as one text. */
function wordsAfter(args: readonly string[], option: RegExp): string | undefined {
  const at = args.findIndex((arg) => option.test(arg));
  return at < 0 ? undefined : args.slice(at + 1).join(' ');
}

/** PowerShell's text, which a shell's grammar reads well enough; what begins with a value of its own tells nothing. */
function powerShellCode(args: readonly string[]): readonly ShellCode[] {
  const text =
    wordsAfter(args, /^-c(?:ommand)?$/i) ??
    afterOptions(args, /^-(?:w|win\w*|e[px]\w*|v\w*|f\w*|encoded\w*|enc|ec|e)$/i).join(' ');
  return text === '' || text.startsWith(UNKNOWN) ? [] : code(text);
}

function afterOptions(args: readonly string[], valued: RegExp): readonly string[] {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (valued.test(arg)) at += 1;
    else if (!arg.startsWith('-')) return args.slice(at);
  }
  return [];
}

/** `-o ProxyCommand=…` runs on this machine. */
function sshOptions(args: readonly string[]): readonly ShellCode[] {
  return args.flatMap((arg, index) => {
    const option = arg === '-o' ? (args[index + 1] ?? '') : /^-o./.test(arg) ? arg.slice(2) : '';
    return code(/^(?:Proxy|Local|KnownHosts)Command[= ]([\s\S]+)/i.exec(option)?.[1]);
  });
}

function tmuxCode(args: readonly string[]): string | undefined {
  const verb = args.findIndex((arg) =>
    /^(?:new|new-session|neww|new-window|split-window|splitw|respawn-\w+|run|run-shell|send|send-keys|popup)$/.test(
      arg,
    ),
  );
  const words = verb < 0 ? [] : afterOptions(args.slice(verb + 1), /^-[a-zA-Z]*[censtxyF]$/);
  return words.filter((word) => !/^(?:Enter|C-m)$/.test(word)).join(' ') || undefined;
}

/** The recipe lines of a makefile. */
function recipes(makefile: string | undefined): string | undefined {
  return makefile
    ?.split('\n')
    .filter((line) => line.startsWith('\t'))
    .map((line) => line.replace(/^\t[@-]*/, ''))
    .join('\n');
}

/** Variables whose value a program hands to a shell. */
const COMMAND_VARIABLES =
  /^(?:GIT_(?:EDITOR|PAGER|SSH_COMMAND|SSH|SEQUENCE_EDITOR|EXTERNAL_DIFF|ASKPASS)|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESSOPEN|PROMPT_COMMAND|SUDO_ASKPASS)$/;

/** Shell text in the variables a program is started with. */
export function environmentCode(name: string, environment: Readonly<Record<string, string>>): readonly ShellCode[] {
  if (name === '' || name === ':') return [];
  return Object.entries(environment).flatMap(([variable, value]) =>
    COMMAND_VARIABLES.test(variable) ? code(value.replace(/^\|/, '')) : [],
  );
}

const SSH_VALUED = /^-[BbcDEeFIiJLlmOopQRSWw]$/;

function remoteCode(args: readonly string[]): readonly ShellCode[] {
  const [, ...rest] = afterOptions(args, SSH_VALUED);
  return rest.length === 0 ? [] : [{ code: rest.join(' '), positional: [], isRemote: true }];
}

function tarCode(args: readonly string[]): readonly ShellCode[] {
  return args.flatMap((arg, index) => {
    const action =
      /^--(?:checkpoint-action=exec|to-command|use-compress-program|info-script|rsh-command)=([\s\S]+)$/.exec(arg)?.[1];
    if (action !== undefined) return code(action);
    return arg === '-I' || arg === '--use-compress-program' || arg === '--to-command' ? code(args[index + 1]) : [];
  });
}

function gitCode(args: readonly string[]): readonly ShellCode[] {
  return args.flatMap((arg, index) => {
    if (arg !== '-c') return [];
    const value = args[index + 1] ?? '';
    const run =
      /^(?:alias\.[^=]+=!|core\.(?:pager|editor|sshCommand|fsmonitor)=|diff\.external=|credential\.helper=!)([\s\S]+)$/.exec(
        value,
      );
    return code(run?.[1]);
  });
}

function awkCode(args: readonly string[]): readonly ShellCode[] {
  return args.flatMap((arg) => {
    const calls = [
      ...arg.matchAll(/system\s*\(\s*"((?:[^"\\]|\\.)*)"/g),
      ...arg.matchAll(/\|\s*"((?:[^"\\]|\\.)*)"/g),
      ...arg.matchAll(/"((?:[^"\\]|\\.)*)"\s*\|&?\s*getline/g),
    ];
    const found = calls.flatMap(([, text = '']) => {
      const plain = text.replaceAll(/\\(.)/g, '$1');
      // What it prints is only known when it runs.
      return code(isShell(plain.trim()) ? UNKNOWN : plain);
    });
    const isOpen = found.length === 0 && /\bsystem\s*\(|\|\s*getline|\|&/.test(arg);
    return isOpen ? code(UNKNOWN) : found;
  });
}
