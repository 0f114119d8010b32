import type { Script, Word } from '../syntax/script.ts';
import { expandBraces } from './braces.ts';
import { isKnown, UNKNOWN } from './run-command.ts';
import { type Scope, valuesOf } from './scope.ts';

/** Tells what a substitution stands for: its output when that is certain, else `UNKNOWN`. */
export type Substitute = (script: Script, asFile: boolean) => string;

const SPACE = /[ \t\n]+/;

/** What parts words: white space, or what `IFS` was set to. */
function separator(scope: Scope): RegExp {
  const set = scope.variables.get('IFS');
  if (set === undefined || set === '' || !isKnown(set)) return SPACE;
  return new RegExp(`[${set.replaceAll(/[\\\]^-]/g, '\\$&')}]+`);
}

/** The words a word becomes: variables and substitutions put in, split at white space, braces expanded, quotes gone. */
export function expandWord(word: Word, scope: Scope, substitute: Substitute): readonly string[] {
  const words: string[] = [''];
  let braces = true;
  const append = (text: string): void => {
    words.push(`${words.pop() ?? ''}${text}`);
  };
  const appendSplit = (text: string): void => {
    const [first = '', ...rest] = text.split(separator(scope));
    append(first);
    words.push(...rest);
  };
  for (const part of word.parts) {
    if (part.kind === 'text') {
      if (part.quoted) braces = false;
      append(part.text);
    } else if (part.kind === 'unknown') append(UNKNOWN);
    else if (part.kind === 'substitution') {
      const text = substitute(part.script, part.asFile);
      if (part.quoted || part.asFile) append(text);
      else appendSplit(text);
    } else {
      const values = variableValues(part, scope, substitute);
      if (part.quoted && part.name !== '@') append(values.join(' '));
      else if (part.quoted)
        for (const [index, value] of values.entries()) index === 0 ? append(value) : words.push(value);
      else
        for (const [index, value] of values.entries())
          index === 0 ? appendSplit(value) : words.push(...value.split(separator(scope)));
    }
  }
  const wasSplit = word.parts.some((part) => part.kind !== 'text' && part.kind !== 'unknown' && !part.quoted);
  const kept = wasSplit ? words.filter((text) => text !== '') : words;
  return braces ? kept.flatMap(expandBraces) : kept;
}

function variableValues(
  part: { readonly name: string; readonly otherwise?: Word },
  scope: Scope,
  substitute: Substitute,
): readonly string[] {
  const values = valuesOf(scope, part.name);
  if (part.otherwise === undefined || values[0] !== UNKNOWN) return values;
  return expandWord(part.otherwise, scope, substitute);
}

/** A word as one text, as in an assignment or a redirection's target. */
export function expandToText(word: Word, scope: Scope, substitute: Substitute): string {
  return expandWord(word, scope, substitute).join(' ');
}
