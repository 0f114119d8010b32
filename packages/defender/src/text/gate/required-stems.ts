/**
 * What a text must hold for a regular expression to match at all: a list of conditions, each met by any of its stems.
 * A stem is a run of the letters a to z, in lower case, or NOT_ASCII. No conditions mean that nothing is known.
 */
export type Conditions = readonly (readonly string[])[];

/** Stands for any character beyond ASCII. */
export const NOT_ASCII = '\u0080';

/** Shorter runs stand in nearly every text. */
const MIN_STEM_CHARS = 2;

/**
 * Reads the conditions from the source of a regular expression that is matched without regard to case. It reads what
 * the patterns here are made of — groups, classes, escapes, look-arounds, quantifiers — and where it is in doubt it
 * asks for less, never for more.
 */
export function requiredStems(source: string): Conditions {
  const reader = { source, at: 0 };
  const conditions = readChoice(reader);
  if (reader.at < source.length) throw new Error(`the pattern has a bracket too many: ${source}`);
  return conditions;
}

interface Reader {
  readonly source: string;
  at: number;
}

/** Alternatives up to the end of their group: of several, one condition that the best of each meets. */
function readChoice(reader: Reader): Conditions {
  const alternatives = [readSequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    alternatives.push(readSequence(reader));
  }
  if (alternatives.length === 1) return alternatives[0] ?? [];
  const best = alternatives.map(mostTelling);
  return best.every((condition) => condition !== undefined) ? [[...new Set(best.flat())]] : [];
}

/** One part after the other: what each of them needs is needed. */
function readSequence(reader: Reader): Conditions {
  const needed: (readonly string[])[] = [];
  let run = '';
  const endRun = (): void => {
    if (run.length >= MIN_STEM_CHARS) needed.push([run]);
    run = '';
  };
  while (reader.at < reader.source.length) {
    const char = reader.source[reader.at];
    if (char === '|' || char === ')') break;
    const part = readPart(reader);
    const { isOptional, isRepeated } = readQuantifier(reader);
    if (part.letter === undefined || isOptional) endRun();
    if (isOptional) continue;
    if (part.letter !== undefined) run += part.letter;
    if (isRepeated) endRun();
    needed.push(...part.conditions);
  }
  endRun();
  return needed;
}

interface Part {
  /** Set for a plain letter from a to z. */
  readonly letter?: string;
  readonly conditions: Conditions;
}

const ANYTHING: Part = { conditions: [] };

function readPart(reader: Reader): Part {
  const { source } = reader;
  const char = source[reader.at] ?? '';
  if (char === '(') return readGroup(reader);
  if (char === '[') {
    for (reader.at += 1; source[reader.at] !== ']' && reader.at < source.length; reader.at += 1) {
      if (source[reader.at] === '\\') reader.at += 1;
    }
    reader.at += 1;
    return ANYTHING;
  }
  if (char === '\\') {
    const written = /^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|k<[^>]*>|[\s\S])/.exec(
      source.slice(reader.at),
    );
    reader.at += written?.[0].length ?? 1;
    return ANYTHING;
  }
  reader.at += 1;
  if (/[a-z]/i.test(char)) return { letter: char.toLowerCase(), conditions: [] };
  return char > '\u007f' ? { conditions: [[NOT_ASCII]] } : ANYTHING;
}

function readGroup(reader: Reader): Part {
  const opening = /^\((?:\?(?:<?[=!]|:|<\w+>))?/.exec(reader.source.slice(reader.at))?.[0] ?? '(';
  reader.at += opening.length;
  const conditions = readChoice(reader);
  reader.at += 1;
  // What stands around a match may be left out of what is asked for; what must not stand there has to be.
  return /[=!]$/.test(opening) ? ANYTHING : { conditions };
}

function readQuantifier(reader: Reader): { readonly isOptional: boolean; readonly isRepeated: boolean } {
  const quantifier = /^(?:[?*+]|\{\d+(?:,\d*)?\})\??/.exec(reader.source.slice(reader.at))?.[0];
  if (quantifier === undefined) return { isOptional: false, isRepeated: false };
  reader.at += quantifier.length;
  return { isOptional: /^(?:[?*]|\{0)/.test(quantifier), isRepeated: true };
}

/** The condition that the fewest texts meet, as far as the lengths of its stems tell. */
function mostTelling(conditions: Conditions): readonly string[] | undefined {
  const shortest = (stems: readonly string[]): number => Math.min(...stems.map((stem) => weightOf(stem)));
  return conditions.toSorted((a, b) => shortest(b) - shortest(a) || a.length - b.length)[0];
}

/** Characters beyond ASCII tell as much as a word of some length. */
function weightOf(stem: string): number {
  return stem === NOT_ASCII ? 4 : stem.length;
}
