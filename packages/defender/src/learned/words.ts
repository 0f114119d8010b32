/** A word of a text, or a piece of one in scripts that are written without spaces. */
export interface Word {
  /** Number that stands for the word's stem. */
  readonly stem: number;
  readonly start: number;
  readonly end: number;
}

const WORD =
  /https?:\/\/[^\s"'<>)\]]+|[\w.+-]+@[\w-]+\.[\w.-]+|[\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+|\p{L}[\p{L}\p{M}]*|\d[\d.,]*|[:,.!?;：，。、؟](?!\S*\d)/gu;
const WITHOUT_SPACES = /^[\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/;
/** Words of many languages differ behind this many letters by their grammar more than by what they say. */
const STEM_CHARS = 6;

/** Every address counts as the same word, so does every number: what matters is that there is one. */
const ADDRESS = hashOf('\u0001address');
const MAILBOX = hashOf('\u0001mailbox');
const NUMBER = hashOf('\u0001number');

/** The words of a folded text in order; pairs and triples of signs where words are not parted. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const { 0: found, index: start } of text.matchAll(WORD)) {
    const end = start + found.length;
    if (WITHOUT_SPACES.test(found)) {
      for (let at = 0; at < found.length; at += 1) {
        const last = Math.min(found.length, at + 2);
        if (last - at === 2 || found.length === 1) {
          words.push({ stem: hashOf(found, at, last), start: start + at, end: start + last });
        }
      }
    } else words.push({ stem: stemOf(found), start, end });
  }
  return words;
}

function stemOf(word: string): number {
  const code = word.charCodeAt(0);
  if (code >= 48 && code <= 57) return word.includes('@') ? MAILBOX : NUMBER;
  if (word.includes('@')) return MAILBOX;
  if (word.includes('://')) return ADDRESS;
  return hashOf(word, 0, Math.min(word.length, STEM_CHARS));
}

/** FNV-1a over UTF-16 units: 32 bits. */
export function hashOf(text: string, start = 0, end = text.length): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** One number for several, in this order. */
export function combined(kind: number, first: number, second = 0): number {
  let hash = Math.imul(kind ^ 0x9e3779b9, 0x85ebca6b) ^ first;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ second;
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}
