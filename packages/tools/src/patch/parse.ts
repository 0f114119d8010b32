/** One change to part of a file: lines to find and lines to put in their place. */
export interface PatchChunk {
  /** A line that stands before the change; undefined when the chunk names none. */
  readonly context: string | undefined;
  readonly oldLines: readonly string[];
  readonly newLines: readonly string[];
  /** Whether the old lines are the file's last. */
  readonly atEnd: boolean;
}

export type PatchHunk =
  | { readonly kind: 'add'; readonly path: string; readonly content: string }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'update';
      readonly path: string;
      readonly moveTo?: string;
      readonly chunks: readonly PatchChunk[];
    };

const BEGIN = '*** Begin Patch';
const END = '*** End Patch';
const ADD = '*** Add File: ';
const DELETE = '*** Delete File: ';
const UPDATE = '*** Update File: ';
const MOVE = '*** Move to: ';
const END_OF_FILE = '*** End of File';
const BARE_CONTEXT = '@@';
const NAMED_CONTEXT = '@@ ';
const HEREDOC_OPENINGS: ReadonlySet<string> = new Set(['<<EOF', "<<'EOF'", '<<"EOF"']);
const HEREDOC_MIN_LINES = 4;

function invalid(lineNumber: number, problem: string): Error {
  return new Error(`Invalid patch hunk at line ${lineNumber}: ${problem}`);
}

function boundaryProblem(lines: readonly string[]): string | undefined {
  if (lines[0]?.trim() !== BEGIN) return `The first line of the patch must be '${BEGIN}'`;
  if (lines.at(-1)?.trim() !== END) return `The last line of the patch must be '${END}'`;
  return undefined;
}

/** The lines of a patch; a patch wrapped in a shell here-document is unwrapped. */
function patchLines(lines: readonly string[]): readonly string[] {
  const problem = boundaryProblem(lines);
  if (problem === undefined) return lines;
  const wrapped =
    lines.length >= HEREDOC_MIN_LINES && HEREDOC_OPENINGS.has(lines[0] ?? '') && (lines.at(-1) ?? '').endsWith('EOF');
  const inner = wrapped ? lines.slice(1, -1) : lines;
  const remaining = wrapped ? boundaryProblem(inner) : problem;
  if (remaining !== undefined) throw new Error(remaining);
  return inner;
}

interface Parsed<T> {
  readonly value: T;
  /** Lines the value took. */
  readonly used: number;
}

function parseChunk(lines: readonly string[], lineNumber: number, contextOptional: boolean): Parsed<PatchChunk> {
  const first = lines[0] ?? '';
  let context: string | undefined;
  let start = 1;
  if (first.startsWith(NAMED_CONTEXT)) context = first.slice(NAMED_CONTEXT.length);
  else if (first !== BARE_CONTEXT) {
    if (!contextOptional) {
      throw invalid(lineNumber, `Expected update hunk to start with a @@ context marker, got: '${first}'`);
    }
    start = 0;
  }
  if (start >= lines.length) throw invalid(lineNumber + 1, 'Update hunk does not contain any lines');

  const oldLines: string[] = [];
  const newLines: string[] = [];
  let atEnd = false;
  let used = 0;
  for (const line of lines.slice(start)) {
    if (line === END_OF_FILE) {
      if (used === 0) throw invalid(lineNumber + 1, 'Update hunk does not contain any lines');
      atEnd = true;
      used += 1;
      break;
    }
    const mark = line[0];
    const text = line.slice(1);
    if (mark === undefined) {
      oldLines.push('');
      newLines.push('');
    } else if (mark === ' ') {
      oldLines.push(text);
      newLines.push(text);
    } else if (mark === '+') newLines.push(text);
    else if (mark === '-') oldLines.push(text);
    else if (used === 0) {
      throw invalid(
        lineNumber + 1,
        `Unexpected line found in update hunk: '${line}'. Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)`,
      );
    } else break;
    used += 1;
  }
  return { value: { context, oldLines, newLines, atEnd }, used: start + used };
}

function parseUpdate(lines: readonly string[], lineNumber: number): Parsed<PatchHunk> {
  const path = (lines[0] ?? '').slice(UPDATE.length);
  const second = lines[1] ?? '';
  const moveTo = second.startsWith(MOVE) ? second.slice(MOVE.length) || undefined : undefined;
  const chunks: PatchChunk[] = [];
  let used = moveTo === undefined ? 1 : 2;
  while (used < lines.length) {
    const line = lines[used] ?? '';
    if (line.trim() === '') {
      used += 1;
      continue;
    }
    if (line.startsWith('***')) break;
    const chunk = parseChunk(lines.slice(used), lineNumber + used, chunks.length === 0);
    chunks.push(chunk.value);
    used += chunk.used;
  }
  if (chunks.length === 0) throw invalid(lineNumber, `Update file hunk for path '${path}' is empty`);
  return { value: { kind: 'update', path, ...(moveTo !== undefined && { moveTo }), chunks }, used };
}

function parseHunk(lines: readonly string[], lineNumber: number): Parsed<PatchHunk> {
  const header = (lines[0] ?? '').trim();
  if (header.startsWith(ADD)) {
    const body = lines.slice(1);
    const stop = body.findIndex((line) => !line.startsWith('+'));
    const added = stop === -1 ? body : body.slice(0, stop);
    const content = added.map((line) => `${line.slice(1)}\n`).join('');
    return { value: { kind: 'add', path: header.slice(ADD.length), content }, used: 1 + added.length };
  }
  if (header.startsWith(DELETE)) return { value: { kind: 'delete', path: header.slice(DELETE.length) }, used: 1 };
  if (header.startsWith(UPDATE)) return parseUpdate([header, ...lines.slice(1)], lineNumber);
  throw invalid(
    lineNumber,
    `'${lines[0] ?? ''}' is not a valid hunk header. Valid hunk headers: '${ADD}{path}', '${DELETE}{path}', '${UPDATE}{path}'`,
  );
}

/** The hunks of a patch. Throws the contract's errors (reference agent/tools.md §3.8). */
export function parsePatch(input: string): readonly PatchHunk[] {
  const trimmed = input.trim();
  if (trimmed === '') throw new Error('Invalid patch: input is empty.');
  const lines = patchLines(trimmed.split(/\r?\n/)).slice(1, -1);
  const hunks: PatchHunk[] = [];
  // Line numbers in messages are 1-based and count the opening line.
  for (let at = 0; at < lines.length; ) {
    const hunk = parseHunk(lines.slice(at), at + 2);
    hunks.push(hunk.value);
    at += hunk.used;
  }
  return hunks;
}
