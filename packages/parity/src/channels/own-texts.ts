import { lackingFacts } from '../compare/prose.ts';
import { stringOf, valueAt } from '../json-value.ts';
import type { ChannelCase } from './channel-case.ts';
import { unlike } from './match.ts';

/** Which build of the original was recorded. */
const ORIGINAL_BUILD = /\(4134875\)/;
/** Shorter words of a script occur in every text. */
const MIN_LETTERS = 4;
const COMMAND = /^\/\w/;

/** The rule for the texts of a case. */
export function textRule(one: ChannelCase): (want: string, got: string, path: string) => string | undefined {
  const scripted = scriptedTexts(one);
  return (want, got, path) => lackingTexts(want, got, path, scripted);
}

/**
 * What is the matter with a text that is not the expected one letter by letter: texts of the script must be; those that
 * the gateway words itself must carry the same facts. A text is of the script when one holds the other, marks aside.
 */
export function lackingTexts(want: string, got: string, path: string, scripted: readonly string[]): string | undefined {
  const letters = lettersOf(want);
  const isScripted = scripted
    .map(lettersOf)
    .some((script) => script.includes(letters) || (script.length >= MIN_LETTERS && letters.includes(script)));
  if (isScripted) return unlike(path, want, got);
  const lacking = lackingFacts(want.replace(/<[a-z-]+>/g, '').replace(ORIGINAL_BUILD, ''), got);
  return lacking.length > 0
    ? `${path}: the text lacks ${lacking.join(' · ')}; it is ${JSON.stringify(got)}`
    : undefined;
}

/** Everything that the case lets a model or a client say. */
function scriptedTexts({ model, steps }: ChannelCase): readonly string[] {
  return [
    ...model.flatMap(({ text, chunks, error, args }) => [
      text ?? '',
      chunks?.join('') ?? '',
      error ?? '',
      stringOf(valueAt(args, 'message')) ?? '',
    ]),
    ...steps.map(({ params }) => stringOf(valueAt(params, 'message')) ?? ''),
    // The name of a command stands in what the gateway itself answers to it.
  ].filter((text) => text !== '' && !COMMAND.test(text));
}

/** Letters and digits alone, without HTML. */
export const lettersOf = (text: string): string =>
  text.replace(/<\/?[a-z][^>]*>|&\w+;/gi, '').replace(/[^\p{L}\p{N}]/gu, '');
