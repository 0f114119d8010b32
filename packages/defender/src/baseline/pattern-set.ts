import { setImmediate } from 'node:timers/promises';

/**
 * Several regular expressions over one text, in time that is linear in the text whatever the patterns are: they are only
 * asked whether they match, which an automaton without memory of places answers, and a long text is looked at in pieces,
 * with other work in its turn between them.
 */
export interface PatternSet {
  /** The patterns that match, in their order. */
  matches(text: string): Promise<readonly string[]>;
}

const PIECE_CHARS = 16_384;
/** A match that is longer than this may be missed where two pieces meet. */
const OVERLAP_CHARS = 2_048;
/** A pattern that asks for the ends of the text gets it in one piece: of a longer one as much of both ends. */
const MAX_WHOLE_CHARS = 131_072;

/** Compiles patterns in RE2 syntax, without regard to case. Throws for one that RE2 does not know. */
export async function createPatternSet(patterns: readonly string[]): Promise<PatternSet> {
  if (patterns.length === 0) return { matches: async () => [] };
  const { RE2JS: Engine } = await import('re2js');
  const compiled = patterns.map((pattern) => ({ pattern, engine: Engine.compile(pattern, Engine.CASE_INSENSITIVE) }));
  // One pass over the text decides the usual case: nothing matches.
  const any = Engine.compile(patterns.map((pattern) => `(?:${pattern})`).join('|'), Engine.CASE_INSENSITIVE);
  return {
    async matches(text) {
      if (text.length <= PIECE_CHARS) {
        if (!any.test(text)) return [];
        return compiled.filter(({ engine }) => engine.test(text)).map(({ pattern }) => pattern);
      }
      const found: string[] = [];
      for (const { pattern, engine } of compiled) {
        for (const piece of pieces(pattern, text)) {
          await setImmediate();
          if (!engine.test(piece)) continue;
          found.push(pattern);
          break;
        }
      }
      return found;
    },
  };
}

/** The ends of a piece are no ends of the text. */
const ASKS_FOR_ENDS = /(?<!\\)[$^]|\\[AzZ]/;

function* pieces(pattern: string, text: string): Generator<string> {
  if (ASKS_FOR_ENDS.test(pattern)) {
    yield text.length <= MAX_WHOLE_CHARS
      ? text
      : `${text.slice(0, MAX_WHOLE_CHARS / 2)}${text.slice(-MAX_WHOLE_CHARS / 2)}`;
    return;
  }
  const step = PIECE_CHARS - OVERLAP_CHARS;
  for (let at = 0; at === 0 || at + OVERLAP_CHARS < text.length; at += step) yield text.slice(at, at + PIECE_CHARS);
}
