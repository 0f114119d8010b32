/** Raised for anything that could run more than the programs a command names. */
export class UnsupportedShell extends Error {}

export function unsupportedToken(token: string): UnsupportedShell {
  return new UnsupportedShell(`unsupported shell token: ${token === '\n' || token === '\r' ? 'newline' : token}`);
}

const UNTERMINATED = 'unterminated shell quote/escape';
const DELIMITER = /^<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|([A-Za-z_][A-Za-z0-9_]*))/;

/** A command line whose syntax is known. */
export interface ScannedCommand {
  /** The command without the bodies of its here-documents. */
  readonly text: string;
  /** Positions in `text` of characters that are neither quoted nor escaped nor part of a here-document's mark. */
  readonly bare: ReadonlySet<number>;
}

interface HereDocument {
  readonly delimiter: string;
  readonly stripTabs: boolean;
  /** Whether the shell looks for substitutions in the body. */
  readonly expands: boolean;
}

function hereDocumentAt(rest: string): { readonly document: HereDocument; readonly mark: string } | undefined {
  const found = DELIMITER.exec(rest);
  if (found === null) return undefined;
  const [mark, dash, single, double, word] = found;
  const delimiter = single ?? double ?? word;
  if (delimiter === undefined) return undefined;
  return { document: { delimiter, stripTabs: dash === '-', expands: word !== undefined }, mark };
}

/** Length of a here-document's body, its closing line included. Throws when it could run something or does not end. */
function bodyLength(rest: string, document: HereDocument): number {
  let length = 0;
  for (const line of rest.split('\n')) {
    length += line.length + 1;
    const plain = document.stripTabs ? line.replace(/^\t+/, '') : line;
    if (plain === document.delimiter) return Math.min(length, rest.length);
    if (document.expands && line.includes('$(')) throw unsupportedToken('$()');
    if (document.expands && line.includes('`')) throw unsupportedToken('`');
  }
  throw new UnsupportedShell('unterminated heredoc');
}

/**
 * Walks a command once as a POSIX shell reads it. Rejects substitution, also inside double quotes, and the few spellings
 * that shells read differently from each other.
 */
export function scanCommand(command: string): ScannedCommand {
  const bare = new Set<number>();
  const waiting: HereDocument[] = [];
  let text = '';
  let quote: "'" | '"' | undefined;
  let at = 0;
  const keep = (piece: string): void => {
    text += piece;
    at += piece.length;
  };
  while (at < command.length) {
    const char = command[at] ?? '';
    const next = command[at + 1];
    if (quote === "'") {
      if (char === "'") quote = undefined;
      keep(char);
    } else if (char === '\\') {
      if (next === undefined) throw new UnsupportedShell(UNTERMINATED);
      // A line continuation joins lines invisibly.
      if (next === '\n' || next === '\r') throw unsupportedToken(next);
      keep(char + next);
    } else if (char === '`') throw unsupportedToken('`');
    else if (char === '$' && next === '(') throw unsupportedToken('$()');
    else if (char === '"') {
      quote = quote === undefined ? '"' : undefined;
      keep(char);
    } else if (quote === '"') keep(char);
    else if (char === '$' && (next === "'" || next === '"')) throw unsupportedToken(`$${next}`);
    else if (char === "'") {
      quote = "'";
      keep(char);
    } else if (char === '#' && /^$|\s/.test(command[at - 1] ?? '') && command.includes('\n', at)) {
      // Quotes in a comment are no quotes, so what stands on later lines could not be told.
      throw unsupportedToken('\n');
    } else if (char === '<' && next === '<' && command[at + 2] !== '<') {
      const found = hereDocumentAt(command.slice(at));
      if (found === undefined) throw unsupportedToken('<');
      waiting.push(found.document);
      keep(found.mark);
    } else if (char === '\n' && waiting.length > 0) {
      at += 1;
      for (const document of waiting.splice(0)) at += bodyLength(command.slice(at), document);
      // The lines behind the bodies are commands again and must be seen as such.
      if (command.slice(at).trim() !== '') {
        bare.add(text.length);
        text += '\n';
      }
    } else {
      bare.add(text.length);
      keep(char);
    }
  }
  if (quote !== undefined) throw new UnsupportedShell(UNTERMINATED);
  if (waiting.length > 0) throw new UnsupportedShell('unterminated heredoc');
  return { text, bare };
}
