import { setImmediate } from 'node:timers/promises';
import type { RE2JS } from 're2js';

/** Where a pattern matched first. */
export interface PatternMatch {
  readonly pattern: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Several regular expressions over one text, in time that is linear in the text whatever the patterns are. A long text
 * is looked at in pieces that overlap, and other work gets its turn between them: a pattern may be slow, but stalls nobody.
 */
export interface PatternSet {
  /** The patterns that match, in their order, each with its first match. */
  matches(text: string): Promise<readonly PatternMatch[]>;
}

const PIECE_CHARS = 16_384;
/** A match that is longer than this may be missed where two pieces meet. */
const OVERLAP_CHARS = 2_048;

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
        return any.test(text) ? compiled.flatMap(({ pattern, engine }) => firstMatch(pattern, engine, text, 0)) : [];
      }
      const found: PatternMatch[] = [];
      for (const { pattern, engine } of compiled) {
        for (const { offset, piece } of pieces(pattern, text)) {
          await setImmediate();
          const match = firstMatch(pattern, engine, piece, offset);
          found.push(...match);
          if (match.length > 0) break;
        }
      }
      return found;
    },
  };
}

/** The ends of a piece are no ends of the text: who asks for those gets the text as a whole. */
const ASKS_FOR_ENDS = /(?<!\\)[$^]|\\[AzZ]/;

function pieces(pattern: string, text: string): readonly { readonly offset: number; readonly piece: string }[] {
  if (ASKS_FOR_ENDS.test(pattern)) return [{ offset: 0, piece: text }];
  return pieceOffsets(text.length).map((offset) => ({ offset, piece: text.slice(offset, offset + PIECE_CHARS) }));
}

function firstMatch(pattern: string, engine: RE2JS, text: string, offset: number): readonly PatternMatch[] {
  const match = engine.matcher(text);
  return match.find() ? [{ pattern, start: offset + match.start(), end: offset + match.end() }] : [];
}

function pieceOffsets(length: number): readonly number[] {
  const step = PIECE_CHARS - OVERLAP_CHARS;
  return Array.from({ length: Math.ceil((length - OVERLAP_CHARS) / step) }, (_, index) => index * step);
}
