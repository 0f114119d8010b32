import type { BashParser } from '../syntax/bash-parser.ts';
import { readScript } from '../syntax/read-script.ts';
import type { Redirect, Script, SimpleCommand, Statement } from '../syntax/script.ts';
import { clonedFolder, ranClone } from './clones.ts';
import { environmentCode, isInterpreter, isShell, shellCodeIn } from './code-arguments.ts';
import { downloadTarget, filePath, isDownload } from './downloads.ts';
import { expandToText, expandWord } from './expand.ts';
import { interpreterCode } from './interpreter-code.ts';
import { programFile } from './program-file.ts';
import {
  type CommandOrigin,
  isKnown,
  type Obscurity,
  type RunCommand,
  type RunReport,
  UNKNOWN,
} from './run-command.ts';
import { createScope, type Scope } from './scope.ts';
import { setsUpShell } from './shell-setup.ts';
import { staticOutput } from './static-output.ts';
import { withForwardSlashes } from './windows-paths.ts';
import { findCommands, xargsWords } from './words-for-others.ts';
import { unwrap } from './wrappers.ts';

const MAX_DEPTH = 8;
const MAX_COMMANDS = 2_000;
/** A loop over more values is gone through once, with a value that is not known. */
const MAX_ROUNDS = 6;
/** `{a,b}` where a command's name would stand. */
const BRACE_LIST = /(^|[;&|(\n]\s*)\{([^{}\s;]*,[^{}\s;]*)\}/g;
const NULL_DEVICE = '/dev/null';

/** Where a statement stands. */
interface Place {
  readonly upstream: readonly RunCommand[];
  readonly input: string | undefined;
  /** Commands whose output is a part of the text that is being run. */
  readonly substituted: readonly RunCommand[];
  readonly redirects: readonly Redirect[];
  readonly origin: CommandOrigin;
  readonly background: boolean;
  readonly inFunction: string | undefined;
  readonly depth: number;
}

const TOP: Place = {
  upstream: [],
  input: undefined,
  substituted: [],
  redirects: [],
  origin: 'script',
  background: false,
  inFunction: undefined,
  depth: 0,
};

/** Lists of a command that are still being filled. */
interface Draft {
  readonly command: RunCommand;
  readonly downstream: RunCommand[];
}

/**
 * Goes through shell text as a shell would, without running anything, and lists every program it would start: in pipes,
 * lists, functions, substitutions, in the arguments of other programs and in text that is decoded on the way
 * (reference defender/defender.md §B.2). Loops are gone through once or for each of a few values, both ways of a condition are taken.
 */
export function collectRun(source: string, parse: BashParser): RunReport {
  const drafts: Draft[] = [];
  const obscurities = new Set<Obscurity>();
  const ranDownloads = new Set<string>();
  const scope = createScope();

  function runText(text: string, within: Scope, place: Place): readonly RunCommand[] {
    if (place.depth >= MAX_DEPTH) {
      obscurities.add('too_large');
      return [];
    }
    if (!isKnown(text) && text.replaceAll(UNKNOWN, '').trim() === '') {
      obscurities.add('unresolved_code');
      return [];
    }
    return runScript(readText(text), within, { ...place, depth: place.depth + 1 });
  }

  /** The grammar does not know a word that begins with a brace list; written out, it does. */
  function readText(text: string): Script {
    const script = readScript(parse(text), text);
    if (!script.broken || !BRACE_LIST.test(text)) return script;
    const written = text.replaceAll(
      BRACE_LIST,
      (_all, before: string, list: string) => `${before}${list.replaceAll(',', ' ')}`,
    );
    return readScript(parse(written), written);
  }

  function runScript(script: Script, within: Scope, place: Place): readonly RunCommand[] {
    if (script.broken) obscurities.add('broken_syntax');
    return runAll(script.statements, within, place);
  }

  function runAll(statements: readonly Statement[], within: Scope, place: Place): readonly RunCommand[] {
    return statements.flatMap((statement) => run(statement, within, place));
  }

  function run(statement: Statement, within: Scope, place: Place): readonly RunCommand[] {
    switch (statement.kind) {
      case 'command':
        return runSimple(statement, within, place);
      case 'pipeline':
        return runPipeline(statement.stages, within, place);
      case 'assignments':
        return statement.assignments.flatMap(({ name, value }) => {
          const text = expandToText(value, within, substitution(within, place).substitute);
          within.variables.set(name, text);
          return name === 'PROMPT_COMMAND' ? runText(text, within, place) : [];
        });
      case 'function':
        within.functions.set(statement.name, statement.body);
        return runAll(statement.body, { ...within, positional: [] }, { ...place, inFunction: statement.name });
      case 'background':
        return runAll(statement.body, within, { ...place, background: true });
      case 'group': {
        const { loop } = statement;
        if (loop?.variable !== undefined) {
          const { substitute } = substitution(within, place);
          const values = loop.values.flatMap((value) => expandWord(value, within, substitute));
          const { variable } = loop;
          const each = values.length > 0 && values.length <= MAX_ROUNDS ? values : [UNKNOWN];
          const around = { ...place, redirects: [...place.redirects, ...statement.redirects] };
          return each.flatMap((value) => {
            within.variables.set(variable, value);
            return runAll(statement.body, within, around);
          });
        }
        return runAll(statement.body, within, { ...place, redirects: [...place.redirects, ...statement.redirects] });
      }
    }
  }

  function runPipeline(stages: readonly (readonly Statement[])[], within: Scope, place: Place): readonly RunCommand[] {
    let upstream: readonly RunCommand[] = place.upstream;
    let input = place.input;
    const all: RunCommand[] = [];
    const before: Draft[] = [];
    for (const stage of stages) {
      const from = drafts.length;
      const commands = runAll(stage, within, { ...place, upstream, input });
      for (const { downstream } of before) downstream.push(...commands);
      before.push(...drafts.slice(from));
      upstream = [...upstream, ...commands];
      input = outputOf(commands);
      all.push(...commands);
    }
    return all;
  }

  /** What commands print together, when all of it is certain. */
  function outputOf(commands: readonly RunCommand[]): string | undefined {
    const printed = commands.map(({ name, args, input }) => staticOutput(name, args, input));
    if (printed.length === 0 || printed.includes(undefined)) return undefined;
    return printed.join('');
  }

  /** Runs what stands in `$(…)` and `<(…)` of a command's words, and keeps what it found for that command. */
  function substitution(within: Scope, place: Place) {
    const substituted: RunCommand[] = [];
    const files: RunCommand[] = [];
    const substitute = (script: Script, asFile: boolean): string => {
      const inner = runScript(script, within, { ...TOP, depth: place.depth + 1, origin: 'substitution' });
      (asFile ? files : substituted).push(...inner);
      if (asFile) return `/dev/fd/${UNKNOWN}`;
      return outputOf(inner.filter(({ downstream }) => downstream.length === 0))?.replace(/\n+$/, '') ?? UNKNOWN;
    };
    return { substitute, substituted, files };
  }

  function runSimple(command: SimpleCommand, within: Scope, place: Place): readonly RunCommand[] {
    if (drafts.length >= MAX_COMMANDS) {
      obscurities.add('too_large');
      return [];
    }
    const { substitute, substituted, files } = substitution(within, place);
    const words = command.words.flatMap((word) => expandWord(word, within, substitute));
    const assigned = command.assignments.map(
      ({ name, value }) => [name, expandToText(value, within, substitute)] as const,
    );
    const redirects = [...place.redirects, ...command.redirects].map(({ operator, target }) => ({
      operator,
      target: expandToText(target, within, substitute),
    }));
    const given =
      redirects.findLast(({ operator }) => operator.startsWith('<<'))?.target ?? contentOf(redirects, within);
    if (words.length === 0) for (const [name, value] of assigned) within.variables.set(name, value);
    if (words.length === 0 && redirects.length === 0) return [];
    return start(words, within, {
      place: { ...place, substituted: [...place.substituted, ...substituted] },
      environment: Object.fromEntries(assigned),
      redirects: redirects.filter(({ operator }) => !operator.startsWith('<<')),
      upstream: [...place.upstream, ...files],
      input: given ?? place.input,
    });
  }

  /** What a file redirected to a command holds, when the text itself wrote it. */
  function contentOf(redirects: RunCommand['redirects'], within: Scope): string | undefined {
    const source = redirects.findLast(({ operator }) => operator === '<')?.target;
    return source === undefined ? undefined : within.files.get(filePath(source));
  }

  interface Circumstances {
    readonly place: Place;
    readonly environment: Readonly<Record<string, string>>;
    readonly redirects: RunCommand['redirects'];
    readonly upstream: readonly RunCommand[];
    readonly input: string | undefined;
  }

  function start(words: readonly string[], within: Scope, around: Circumstances): readonly RunCommand[] {
    const { place } = around;
    const [first = ':', ...args] = words;
    const alias = within.aliases.get(first);
    if (alias !== undefined) return runText(`${alias} ${args.map(quote).join(' ')}`, within, inner(around));
    const name = programName(first);
    const file = programFile(name, args);
    const program = file === undefined ? undefined : within.files.get(filePath(file));
    if (program !== undefined) {
      const rest = args.filter((arg) => arg !== file);
      return start([first, ...(isInterpreter(name) ? ['-', ...rest] : rest)], within, { ...around, input: program });
    }
    const downstream: RunCommand[] = [];
    const command: RunCommand = {
      name,
      args,
      environment: around.environment,
      folder: within.variables.get('PWD') ?? '.',
      redirects: around.redirects,
      upstream: around.upstream,
      downstream,
      substituted: place.substituted,
      input: around.input,
      origin: place.origin,
      background: place.background,
      inFunction: place.inFunction,
    };
    drafts.push({ command, downstream });
    if (name === '') obscurities.add('unresolved_name');
    remember(command, within);
    return [command, ...startedBy(command, first, within, around)];
  }

  /** A text that a command runs in its place. */
  function inner(around: Circumstances, origin: CommandOrigin = 'code'): Place {
    const { place } = around;
    const kept = place.origin === 'remote' ? 'remote' : origin;
    return { ...place, redirects: [], upstream: around.upstream, input: around.input, origin: kept };
  }

  /** What a command changes for those after it. */
  function remember({ name, args, redirects, input, upstream }: RunCommand, within: Scope): void {
    const assignments = args.flatMap((arg) => {
      const match = /^([A-Za-z_]\w*)\+?=([\s\S]*)$/.exec(arg);
      return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
    });
    if (['export', 'declare', 'local', 'readonly', 'typeset'].includes(name)) {
      for (const [variable, value] of assignments) within.variables.set(variable, value);
    }
    if (name === 'set' && args[0] === '--') within.positional.splice(0, within.positional.length, ...args.slice(1));
    if (name === 'unset')
      for (const variable of args.filter((arg) => !arg.startsWith('-'))) within.variables.set(variable, '');
    if (name === 'cd' || name === 'pushd') enter(args, within);
    if (name === 'printf' && args[0] === '-v' && args[1] !== undefined) {
      within.variables.set(args[1], staticOutput(name, args.slice(2), undefined) ?? UNKNOWN);
    }
    if (name === 'read') {
      const names = args.filter((arg) => !arg.startsWith('-'));
      const line = names.length === 1 ? input?.split('\n', 1)[0] : undefined;
      for (const variable of names) within.variables.set(variable, line ?? UNKNOWN);
    }
    if (name === 'alias') for (const [alias, text] of args.flatMap(aliasOf)) within.aliases.set(alias, text);
    const target = redirects.find(({ operator }) => operator.includes('>') && !operator.includes('&'))?.target;
    const tee = name === 'tee' ? args.find((arg) => !arg.startsWith('-')) : undefined;
    for (const file of [target, tee]) {
      if (file === undefined || file === NULL_DEVICE) continue;
      within.files.set(filePath(file), staticOutput(name, name === 'tee' ? [] : args, input));
      if (isDownload(name) || upstream.some((from) => isDownload(from.name))) within.downloads.add(filePath(file));
    }
    const saved = downloadTarget(name, args);
    if (saved !== undefined) within.downloads.add(filePath(saved));
    const cloned = clonedFolder(name, args);
    if (cloned !== undefined) within.clones.add(filePath(cloned));
    if (name === 'mv' || name === 'cp') follow(args, within);
  }

  /** The programs that a command starts itself. */
  function startedBy(command: RunCommand, first: string, within: Scope, around: Circumstances): readonly RunCommand[] {
    const { name, args, input } = command;
    const body = within.functions.get(first);
    if (body !== undefined && around.place.inFunction !== first && around.place.depth < MAX_DEPTH) {
      const place = { ...inner(around, around.place.origin), inFunction: first, depth: around.place.depth + 1 };
      return runAll(body, { ...within, positional: [...args] }, place);
    }
    const ran = filePath(first);
    if (within.downloads.has(ran)) ranDownloads.add(ran);
    const built = ranClone(command, first, within.clones);
    if (built !== undefined) ranDownloads.add(built);
    const written = first.includes('/') ? within.files.get(ran) : undefined;
    if (written !== undefined) return runText(written, within, inner(around));
    const wrapped = unwrap(name, args);
    if (wrapped !== undefined) {
      return start(wrapped.words, within, {
        ...around,
        environment: { ...around.environment, ...wrapped.environment },
      });
    }
    if (name === 'xargs') return start(xargsWords(args, input), within, around);
    if (name === 'find' || name === 'fd') return findCommands(args).flatMap((words) => start(words, within, around));
    if (setsUpShell(command)) return [];
    const codes = [...shellCodeIn(name, args, input), ...environmentCode(name, command.environment)];
    const fromArguments = codes.flatMap(({ code, positional, isRemote }) => {
      if (!isKnown(code)) noteUnknownCode(code);
      return runText(code, { ...within, positional: [...positional] }, inner(around, isRemote ? 'remote' : 'code'));
    });
    const script = isInterpreter(name) && input === undefined ? args.find((arg) => !arg.startsWith('-')) : undefined;
    if (script !== undefined && within.downloads.has(filePath(script))) ranDownloads.add(filePath(script));
    if (isInterpreter(name))
      return interpreterCode(name, args, input).flatMap((text) => runText(text, within, inner(around)));
    if (!isShell(name) && name !== '.' && name !== 'source') return fromArguments;
    return codes.length > 0 ? fromArguments : runScriptFile(command, within, around);
  }

  /** Code that is known but for the values in it is looked at; code that is one unknown is not known at all. */
  function noteUnknownCode(code: string): void {
    if (code.trimStart().startsWith(UNKNOWN)) obscurities.add('unresolved_code');
  }

  /** A shell without `-c`: the script is a file or what comes in. */
  function runScriptFile(command: RunCommand, within: Scope, around: Circumstances): readonly RunCommand[] {
    const { args, input, redirects, upstream } = command;
    const file = args.find((arg) => !/^[-+]/.test(arg));
    if (file !== undefined && !file.startsWith('/dev/fd/') && file !== '/dev/stdin') {
      if (!isKnown(file)) obscurities.add('unresolved_code');
      const path = filePath(file);
      if (within.downloads.has(path)) ranDownloads.add(path);
      const text = within.files.get(path);
      return text === undefined ? [] : runText(text, within, inner(around));
    }
    if (input !== undefined) return runText(input, within, { ...inner(around), input: undefined });
    const source = redirects.find(({ operator }) => operator === '<')?.target;
    if (source !== undefined) {
      const path = filePath(source);
      if (within.downloads.has(path)) ranDownloads.add(path);
      const text = within.files.get(path);
      return text === undefined ? [] : runText(text, within, inner(around));
    }
    if (upstream.length > 0) obscurities.add('unresolved_code');
    return [];
  }

  runText(withForwardSlashes(source), scope, { ...TOP, depth: -1 });
  return {
    source,
    commands: drafts.map(({ command }) => command),
    obscurities,
    downloads: scope.downloads,
    ranDownloads,
  };
}

function programName(word: string): string {
  if (!isKnown(word) || /[*?[\]]/.test(word.replace(/^\[{1,2}$/, ''))) return '';
  return word.split('/').at(-1) ?? '';
}

/** Changes the folder that later commands run in. */
function enter(args: readonly string[], within: Scope): void {
  const [to = '~'] = args.filter((arg) => !arg.startsWith('-'));
  const from = within.variables.get('PWD') ?? '.';
  within.variables.set('PWD', /^[/~]/.test(to) || !isKnown(to) ? to : `${from}/${to}`);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function aliasOf(arg: string): readonly (readonly [string, string])[] {
  const at = arg.indexOf('=');
  return at > 0 ? [[arg.slice(0, at), arg.slice(at + 1)]] : [];
}

/** A copy is what its original was. */
function follow(args: readonly string[], within: Scope): void {
  const [from, to] = args.filter((arg) => !arg.startsWith('-')).map(filePath);
  if (from === undefined || to === undefined) return;
  if (within.downloads.has(from)) within.downloads.add(to);
  if (within.files.has(from)) within.files.set(to, within.files.get(from));
}
