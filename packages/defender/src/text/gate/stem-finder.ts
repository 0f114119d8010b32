import { NOT_ASCII } from './required-stems.ts';

/** Which of many stems stand in a text, found in one pass over it, without regard to case (Aho and Corasick's automaton). */
export interface StemFinder {
  /** For each stem, in the order they were given, whether it is there: 1 or 0. Overwritten by the next call. */
  find(text: string): Uint8Array;
}

/** a to z, and one class for everything else. */
const CLASSES = 27;
const LETTER_A = 97;

export function createStemFinder(stems: readonly string[]): StemFinder {
  const next: number[][] = [newState()];
  const ending: number[][] = [[]];
  const beyondAscii = stems.indexOf(NOT_ASCII);

  for (const [index, stem] of stems.entries()) {
    if (index === beyondAscii) continue;
    let state = 0;
    for (const char of stem) {
      const letter = char.charCodeAt(0) - LETTER_A;
      const known = next[state]?.[letter] ?? 0;
      if (known === 0) {
        next.push(newState());
        ending.push([]);
        const row = next[state];
        if (row !== undefined) row[letter] = next.length - 1;
        state = next.length - 1;
      } else state = known;
    }
    ending[state]?.push(index);
  }
  const table = complete(next, ending);
  const found = new Uint8Array(stems.length);
  const seen = new Uint8Array(ending.length);
  const isEnd = Uint8Array.from(ending, (list) => (list.length > 0 ? 1 : 0));

  return {
    find(text) {
      found.fill(0);
      seen.fill(0);
      let state = 0;
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        if (code > 0x7f && beyondAscii >= 0) found[beyondAscii] = 1;
        state = table[state * CLASSES + classOf(code)] ?? 0;
        if (isEnd[state] === 0 || seen[state] === 1) continue;
        seen[state] = 1;
        for (const index of ending[state] ?? []) found[index] = 1;
      }
      return found;
    },
  };
}

function newState(): number[] {
  return new Array<number>(CLASSES).fill(0);
}

function classOf(code: number): number {
  // Setting the sixth bit makes capitals small; what is no letter then is none before either.
  const letter = (code | 0x20) - LETTER_A;
  if (code < 0x80 && letter >= 0 && letter < CLASSES - 1) return letter;
  // Letters that patterns with the flags `iu` take for a k and an s.
  if (code === 0x212a) return 10;
  return code === 0x17f ? 18 : CLASSES - 1;
}

/** Fills in where each state goes on, breadth first; a state ends what its longest suffix ends, too. */
function complete(next: readonly number[][], ending: number[][]): Uint16Array {
  const suffix = new Array<number>(next.length).fill(0);
  const queue = (next[0] ?? []).filter((state) => state !== 0);
  for (let at = 0; at < queue.length; at += 1) {
    const state = queue[at] ?? 0;
    const row = next[state] ?? [];
    const fallback = next[suffix[state] ?? 0] ?? [];
    ending[state]?.push(...(ending[suffix[state] ?? 0] ?? []));
    for (let letter = 0; letter < CLASSES; letter += 1) {
      const child = row[letter] ?? 0;
      if (child === 0) {
        row[letter] = fallback[letter] ?? 0;
        continue;
      }
      suffix[child] = fallback[letter] ?? 0;
      queue.push(child);
    }
  }
  return Uint16Array.from(next.flat());
}
