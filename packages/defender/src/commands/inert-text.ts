import { type SyntaxNode, textOf } from './syntax/syntax-node.ts';

/** Programs that do nothing with their arguments and their input but show, search or keep them. */
const SHOWS_ONLY = new Set(
  'echo printf cat tee grep egrep fgrep zgrep rg ag ack head tail less more man which whereis type whatis apropos tldr jq yq wc sort uniq cut column nl fold fmt diff cmp comm logger notify-send say test [ true : ls tac md5sum sha256sum'.split(
    ' ',
  ),
);
const GIT_SHOWS_ONLY = new Set(['commit', 'log', 'grep', 'tag', 'show', 'diff', 'stash', 'notes', 'status']);
const DOWNLOADERS = new Set(['curl', 'wget']);
/** Definitions under which a program's name may mean something else. */
const REDEFINES = new Set(['function_definition', 'ERROR']);

/**
 * The command with everything taken out that provably only is data: quoted text and here-documents that nothing runs,
 * comments, and pipes from a download into programs that do not run their input. Undefined when there is no proof
 * (reference defender/defender.md §A, two rule sets).
 */
export function withoutInertText(root: SyntaxNode, source: string): string | undefined {
  if (some(root, ({ kind }) => REDEFINES.has(kind)) || /\balias\b/.test(source)) return undefined;
  const ranges: SyntaxNode[] = [];
  const runsFiles = some(root, (node) => node.kind === 'command' && mayRunFile(node, source));
  collect(root, source, { isSafe: true, runsFiles }, ranges);
  const chars = source.split('');
  for (const { start, end } of ranges) chars.fill(' ', start, end);
  return chars.join('');
}

interface Surroundings {
  /** What a command prints is only shown or kept. */
  readonly isSafe: boolean;
  readonly runsFiles: boolean;
}

function collect(node: SyntaxNode, source: string, around: Surroundings, ranges: SyntaxNode[]): void {
  switch (node.kind) {
    case 'comment':
      ranges.push(node);
      return;
    case 'pipeline': {
      const stages = node.children.filter(({ named }) => named);
      const isSafe = around.isSafe && stages.slice(1).every((stage) => showsOnly(stage, source));
      for (const stage of stages) collect(stage, source, { ...around, isSafe }, ranges);
      if (isSafe && stages.some((stage) => DOWNLOADERS.has(commandName(stage, source)))) {
        ranges.push(...node.children.filter(({ kind }) => kind === '|' || kind === '|&'));
      }
      return;
    }
    case 'redirected_statement': {
      const writes = node.children.some(({ kind }) => kind === 'file_redirect');
      const isSafe = around.isSafe && !(writes && around.runsFiles);
      for (const child of node.children) {
        if (child.kind === 'heredoc_redirect') collectHeredoc(node, child, source, { ...around, isSafe }, ranges);
        else collect(child, source, { ...around, isSafe }, ranges);
      }
      return;
    }
    case 'command':
      collectArguments(node, source, around, ranges);
      return;
    default:
      for (const child of node.children) collect(child, source, around, ranges);
  }
}

function collectArguments(node: SyntaxNode, source: string, around: Surroundings, ranges: SyntaxNode[]): void {
  const isSafe = around.isSafe && (showsOnly(node, source) || (!around.runsFiles && onlyReplaces(node, source)));
  for (const child of node.children) {
    if (child.kind === 'command_name' || child.kind === 'variable_assignment') continue;
    if (isSafe) collectLiterals(child, source, around, ranges);
    else for (const inner of child.children) collect(inner, source, { ...around, isSafe: false }, ranges);
  }
}

/** The text of a word, without the substitutions in it, which do run. */
function collectLiterals(node: SyntaxNode, source: string, around: Surroundings, ranges: SyntaxNode[]): void {
  if (node.kind === 'command_substitution' || node.kind === 'process_substitution') {
    for (const child of node.children) collect(child, source, around, ranges);
  } else if (node.children.length === 0) {
    if (node.named) ranges.push(node);
  } else for (const child of node.children) collectLiterals(child, source, around, ranges);
}

function collectHeredoc(
  statement: SyntaxNode,
  redirect: SyntaxNode,
  source: string,
  around: Surroundings,
  ranges: SyntaxNode[],
): void {
  const next = redirect.children.filter(({ kind }) => kind === 'pipeline' || kind === 'command' || kind === 'list');
  const writes = redirect.children.some(({ kind }) => kind === 'file_redirect') && around.runsFiles;
  const isSafe =
    around.isSafe && !writes && showsOnly(statement, source) && next.every((stage) => showsOnly(stage, source));
  for (const child of redirect.children) {
    if (child.kind === 'heredoc_body') {
      if (isSafe) ranges.push(...withoutSubstitutions(child));
    } else collect(child, source, { ...around, isSafe }, ranges);
  }
}

function withoutSubstitutions(body: SyntaxNode): readonly SyntaxNode[] {
  return some(body, ({ kind }) => kind === 'command_substitution') ? [] : [body];
}

function commandName(node: SyntaxNode, source: string): string {
  if (node.kind === 'command_name') return textOf(source, node);
  if (node.kind === 'command' || node.kind === 'redirected_statement') {
    const inner = node.children.find(({ kind }) => kind === 'command' || kind === 'command_name');
    return inner === undefined ? '' : commandName(inner, source);
  }
  return '';
}

/** Whether every program in a stage only shows or keeps what it gets. */
function showsOnly(node: SyntaxNode, source: string): boolean {
  if (node.kind === 'pipeline')
    return node.children.filter(({ named }) => named).every((stage) => showsOnly(stage, source));
  const name = commandName(node, source);
  if (name === 'git') {
    const command = node.kind === 'command' ? node : node.children.find(({ kind }) => kind === 'command');
    const words = (command?.children ?? []).filter(({ kind }) => kind === 'word').map((word) => textOf(source, word));
    return GIT_SHOWS_ONLY.has(words[0] ?? '');
  }
  if (/^python[\d.]*$/.test(name)) return /^\S+\s+-m\s+json\.tool\b[^<>]*$/.test(textOf(source, node));
  return SHOWS_ONLY.has(name);
}

const REPLACEMENT = /^(['"])s([/|#,@])(?:(?!\2|\\).|\\.)*\2(?:(?!\2|\\).|\\.)*\2[gIip\d]*\1$/;

/** `sed` with nothing but replacements; its other commands may run and write things. */
function onlyReplaces(node: SyntaxNode, source: string): boolean {
  if (commandName(node, source) !== 'sed') return false;
  const words = node.children.filter(({ kind }) => kind !== 'command_name').map((word) => textOf(source, word));
  const quoted = words.filter((word) => /^['"]/.test(word));
  const options = words.filter((word) => word.startsWith('-'));
  return (
    quoted.length > 0 &&
    quoted.every((word) => REPLACEMENT.test(word)) &&
    options.every((word) => /^-(?:[nEre]+|i(?:\.\w+)?)$/.test(word))
  );
}

/** A program that may be a file which the same text has written. */
function mayRunFile(node: SyntaxNode, source: string): boolean {
  const name = commandName(node, source);
  return (
    !/^[\w.+-]+$/.test(name) ||
    /^(?:sh|bash|dash|zsh|ksh|ash|fish|source|\.|eval|exec|env|sudo|nohup|xargs|find|python[\d.]*|perl|ruby|node|php|make|at|crontab|chmod)$/.test(
      name,
    )
  );
}

function some(node: SyntaxNode, holds: (node: SyntaxNode) => boolean): boolean {
  return holds(node) || node.children.some((child) => some(child, holds));
}
