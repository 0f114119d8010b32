import { unescapeAnsiC, unescapeDoubleQuoted, unescapeWord } from './escapes.ts';
import type { Assignment, Redirect, Script, Statement, Word, WordPart } from './script.ts';
import { type SyntaxNode, textOf } from './syntax-node.ts';

const WORD_KINDS = new Set([
  'word',
  'number',
  'string',
  'raw_string',
  'ansi_c_string',
  'translated_string',
  'concatenation',
  'simple_expansion',
  'expansion',
  'command_substitution',
  'process_substitution',
  'arithmetic_expansion',
  'brace_expression',
  'regex',
  'extglob_pattern',
  'test_operator',
]);

const REDIRECT_KINDS = new Set(['file_redirect', 'heredoc_redirect', 'herestring_redirect']);

/** Turns a syntax tree of Bash into statements. Nothing is left out: what the grammar did not understand is read as it stands. */
export function readScript(root: SyntaxNode, source: string): Script {
  return { statements: readAll(root.children, source), broken: hasError(root) };
}

function hasError(node: SyntaxNode): boolean {
  return node.children.some((child, at) => (isError(child) && !beginsHereString(node.children, at)) || hasError(child));
}

function isError({ kind }: SyntaxNode): boolean {
  return kind === 'ERROR';
}

/** Behind another redirection the grammar reads `<<<` as a stray `<<` and a `<`. */
function beginsHereString(nodes: readonly SyntaxNode[], at: number): boolean {
  const [stray, next] = [nodes[at], nodes[at + 1]];
  if (stray === undefined || next?.kind !== 'file_redirect') return false;
  return isError(stray) && stray.end === next.start && stray.children[0]?.kind === '<<';
}

function readAll(nodes: readonly SyntaxNode[], source: string): readonly Statement[] {
  return nodes.flatMap((node, index) => {
    const read = readStatement(node, source);
    if (read.length === 0 || nodes[index + 1]?.kind !== '&') return read;
    return [{ kind: 'background', body: read }] satisfies Statement[];
  });
}

function readStatement(node: SyntaxNode, source: string): readonly Statement[] {
  switch (node.kind) {
    case 'command':
    case 'declaration_command':
    case 'unset_command':
    case 'test_command':
      return [readCommand(node, source)];
    case 'variable_assignment':
    case 'variable_assignments':
      return [{ kind: 'assignments', assignments: assignmentsIn(node, source) }];
    case 'pipeline':
      return [readPipeline(node, source)];
    case 'redirected_statement':
      return readRedirected(node, source);
    case 'function_definition': {
      const [name, ...rest] = node.children.filter(({ named }) => named);
      return [{ kind: 'function', name: name ? textOf(source, name) : '', body: readAll(rest, source) }];
    }
    case 'for_statement':
    case 'select_statement':
      return [readFor(node, source)];
    case 'comment':
      return [];
    case 'file_redirect':
      // `$(<file)` stands for what is in the file.
      return [{ kind: 'command', words: [], assignments: [], redirects: readRedirect(node, source) }];
    default:
      // A bare word inside an ERROR may be a command that the grammar could not place.
      if (WORD_KINDS.has(node.kind)) return substitutionsOf(readWord(node, source));
      return node.children.length === 0 ? [] : [{ kind: 'group', body: readAll(node.children, source), redirects: [] }];
  }
}

/** Scripts inside a word that stands where no command takes it, e.g. the subject of `case`. */
function substitutionsOf(word: Word): readonly Statement[] {
  return word.parts.flatMap((part) => (part.kind === 'substitution' ? part.script.statements : []));
}

function readPipeline(node: SyntaxNode, source: string): Statement {
  const stages = node.children.filter(({ named, kind }) => named && kind !== 'comment');
  return { kind: 'pipeline', stages: stages.map((stage) => readStatement(stage, source)) };
}

function readFor(node: SyntaxNode, source: string): Statement {
  const variable = node.children.find(({ kind }) => kind === 'variable_name');
  const values = node.children.filter(({ kind }) => WORD_KINDS.has(kind)).map((child) => readWord(child, source));
  const body = node.children.filter(({ kind }) => kind === 'do_group' || kind === 'compound_statement');
  return {
    kind: 'group',
    body: readAll(body, source),
    redirects: [],
    loop: { variable: variable && textOf(source, variable), values },
  };
}

/** A statement with redirections; a here-document's line may go on with a pipe, which the grammar puts inside it. */
function readRedirected(node: SyntaxNode, source: string): readonly Statement[] {
  const redirects = node.children
    .filter(({ kind }) => REDIRECT_KINDS.has(kind))
    .flatMap((child) => {
      const read = readRedirect(child, source);
      const isHereString = beginsHereString(node.children, node.children.indexOf(child) - 1);
      return isHereString ? read.map(({ target }) => ({ operator: '<<<', target })) : read;
    });
  const others = node.children.filter(({ kind }) => !REDIRECT_KINDS.has(kind));
  const body = readAll(others, source);
  const [only, ...more] = body;
  const late = node.children
    .filter(({ kind }) => kind === 'file_redirect')
    .flatMap((child) => wordsAfterTarget(child, source));
  if (only === undefined) return [{ kind: 'command', words: [], assignments: [], redirects }];
  const redirected: Statement =
    only.kind === 'command' && more.length === 0
      ? { ...only, words: [...only.words, ...late], redirects: [...only.redirects, ...redirects] }
      : { kind: 'group', body, redirects };
  const after = node.children
    .filter(({ kind }) => kind === 'heredoc_redirect')
    .flatMap(({ children }) =>
      children.filter(({ kind }) => kind === 'pipeline' || kind === 'command' || kind === 'list'),
    );
  const [next] = after;
  if (next === undefined) return [redirected];
  const rest = readAll(after, source);
  if (next.kind !== 'pipeline') return [redirected, ...rest];
  const stages = rest.flatMap((statement) => (statement.kind === 'pipeline' ? statement.stages : [[statement]]));
  return [{ kind: 'pipeline', stages: [[redirected], ...stages] }];
}

/** Arguments may follow a redirection; the grammar counts them to its target. */
function wordsAfterTarget(node: SyntaxNode, source: string): readonly Word[] {
  const words = node.children.slice(node.children.findIndex(({ named }) => !named) + 1);
  return words
    .filter(({ kind }) => WORD_KINDS.has(kind))
    .slice(1)
    .map((child) => readWord(child, source));
}

function readRedirect(node: SyntaxNode, source: string): readonly Redirect[] {
  if (node.kind === 'heredoc_redirect') {
    const body = node.children.find(({ kind }) => kind === 'heredoc_body');
    const start = node.children.find(({ kind }) => kind === 'heredoc_start');
    const inner = node.children
      .filter(({ kind }) => REDIRECT_KINDS.has(kind))
      .flatMap((child) => readRedirect(child, source));
    if (body === undefined) return inner;
    const isLiteral = start !== undefined && /['"\\]/.test(textOf(source, start));
    return [{ operator: '<<', target: readHeredoc(body, source, isLiteral) }, ...inner];
  }
  const at = node.children.findIndex(({ named }) => !named);
  const operator = node.children[at];
  const target = node.children.slice(at + 1).find(({ kind }) => WORD_KINDS.has(kind));
  if (target === undefined) return [];
  return [{ operator: operator === undefined ? '<<<' : textOf(source, operator), target: readWord(target, source) }];
}

function readHeredoc(body: SyntaxNode, source: string, isLiteral: boolean): Word {
  const { start, end } = body;
  if (isLiteral) return { parts: [{ kind: 'text', text: source.slice(start, end), quoted: true }], start, end };
  return { parts: partsBetween(body, source, true), start, end };
}

function readCommand(node: SyntaxNode, source: string): Statement {
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  const assignments = assignmentsIn(node, source);
  for (const child of node.children) {
    if (child.kind === 'command_name') words.push(...child.children.map((inner) => readWord(inner, source)));
    else if (REDIRECT_KINDS.has(child.kind)) redirects.push(...readRedirect(child, source));
    else if (child.kind === 'variable_assignment') {
      // `export A=b` names its variables as arguments too.
      if (node.kind === 'declaration_command') words.push(readWord(child, source));
    } else if (WORD_KINDS.has(child.kind) || child.kind === 'variable_name') words.push(readWord(child, source));
    else if (!child.named && words.length === 0) words.push(literal(textOf(source, child), child));
    else if (child.named) words.push(...wordsBelow(child, source));
  }
  return { kind: 'command', words, assignments: node.kind === 'declaration_command' ? [] : assignments, redirects };
}

/** The words of a test's expression. */
function wordsBelow(node: SyntaxNode, source: string): readonly Word[] {
  if (WORD_KINDS.has(node.kind)) return [readWord(node, source)];
  return node.children.flatMap((child) => wordsBelow(child, source));
}

function literal(text: string, { start, end }: SyntaxNode): Word {
  return { parts: [{ kind: 'text', text, quoted: false }], start, end };
}

function assignmentsIn(node: SyntaxNode, source: string): readonly Assignment[] {
  if (node.kind === 'variable_assignment') return readAssignment(node, source);
  return node.children
    .filter(({ kind }) => kind === 'variable_assignment')
    .flatMap((child) => readAssignment(child, source));
}

function readAssignment(node: SyntaxNode, source: string): readonly Assignment[] {
  const [name, ...rest] = node.children.filter(({ named }) => named);
  if (name === undefined) return [];
  const value = rest.at(-1);
  const { end } = node;
  const word = value === undefined ? { parts: [], start: end, end } : readWord(value, source);
  return [{ name: textOf(source, name), value: word }];
}

/** Reads any node that stands for a word. */
export function readWord(node: SyntaxNode, source: string): Word {
  return { parts: readParts(node, source, false), start: node.start, end: node.end };
}

function readParts(node: SyntaxNode, source: string, quoted: boolean): readonly WordPart[] {
  const text = textOf(source, node);
  switch (node.kind) {
    case 'raw_string':
      return [{ kind: 'text', text: text.slice(1, -1), quoted: true }];
    case 'ansi_c_string':
      return [{ kind: 'text', text: unescapeAnsiC(text.slice(2, -1)), quoted: true }];
    case 'string':
    case 'translated_string':
      return partsBetween(node, source, true);
    case 'string_content':
    case 'heredoc_content':
      return [{ kind: 'text', text: unescapeDoubleQuoted(text), quoted: true }];
    case 'array':
      return node.children
        .filter(({ named }) => named)
        .flatMap((child) => [...readParts(child, source, true), { kind: 'text', text: ' ', quoted: true } as const]);
    case 'concatenation':
      return node.children.flatMap((child) => readParts(child, source, quoted));
    case 'simple_expansion':
      return [{ kind: 'variable', name: text.slice(1), quoted }];
    case 'expansion':
      return readExpansion(node, source, quoted);
    case 'command_substitution':
    case 'process_substitution': {
      const script = { statements: readAll(node.children, source), broken: hasError(node) };
      return [{ kind: 'substitution', script, quoted, asFile: node.kind === 'process_substitution' }];
    }
    case 'arithmetic_expansion':
      return [{ kind: 'unknown' }];
    case 'variable_assignment':
      return [
        { kind: 'text', text: `${text.split('=', 1)[0] ?? ''}=`, quoted: false },
        ...readAssignment(node, source).flatMap(({ value }) => value.parts),
      ];
    default:
      return [{ kind: 'text', text: unescapeWord(text), quoted: quoted }];
  }
}

/** `${NAME}`, `${NAME:-word}`; what changes the value is left to a running shell. */
function readExpansion(node: SyntaxNode, source: string, quoted: boolean): readonly WordPart[] {
  const list = node.children.find(({ kind }) => kind === 'subscript');
  if (list !== undefined && /^\w+\[[@*]\]$/.test(textOf(source, list))) {
    return [{ kind: 'variable', name: textOf(source, list).slice(0, -3), quoted: false }];
  }
  const name = node.children.find(({ kind }) => kind === 'variable_name' || kind === 'special_variable_name');
  const operator = node.children.find(({ named, kind }) => !named && kind !== '${' && kind !== '}');
  if (name === undefined) return [{ kind: 'unknown' }];
  const variable = { kind: 'variable', name: textOf(source, name), quoted } as const;
  if (operator === undefined) return [variable];
  const value = node.children.findLast(({ kind }) => WORD_KINDS.has(kind));
  if (/^:?\?$/.test(operator.kind)) return [variable];
  // Without the slash at its end a folder is still the same folder.
  if (/^%%?$/.test(operator.kind) && value !== undefined && textOf(source, value) === '/') return [variable];
  if (!/^:?[-=]$/.test(operator.kind) || value === undefined) return [{ kind: 'unknown' }];
  return [{ ...variable, otherwise: readWord(value, source) }];
}

/** The parts of a quoted string or here-document, with the text that the grammar gives no node of its own. */
function partsBetween(node: SyntaxNode, source: string, quoted: boolean): readonly WordPart[] {
  const isString = node.kind !== 'heredoc_body';
  const from = isString ? node.start + textOf(source, node).indexOf('"') + 1 : node.start;
  const to = isString ? Math.max(from, node.end - 1) : node.end;
  const parts: WordPart[] = [];
  let at = from;
  const gap = (until: number): void => {
    if (until > at) parts.push({ kind: 'text', text: unescapeDoubleQuoted(source.slice(at, until)), quoted });
  };
  for (const child of node.children) {
    if (!child.named || child.kind === 'string_content' || child.kind === 'heredoc_content') continue;
    gap(child.start);
    parts.push(...readParts(child, source, quoted));
    at = Math.max(at, child.end);
  }
  gap(to);
  return parts;
}
