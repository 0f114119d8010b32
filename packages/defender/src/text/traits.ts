import { TRAITS, type Trait, VOCABULARY } from './vocabulary.ts';
import { VOCABULARY_OF_MORE_LANGUAGES } from './vocabulary-languages.ts';

/** A trait that shows somewhere in a text. */
export interface TraitHit {
  readonly trait: Trait;
  readonly at: number;
}

/** A text in one spelling, with what of the vocabulary shows in it, in order. */
export interface TraitView {
  readonly text: string;
  readonly hits: readonly TraitHit[];
}

interface Branch {
  readonly next: Map<string, Branch>;
  readonly traits: Set<Trait>;
  /** Traits of words that end here. */
  readonly whole: Set<Trait>;
}

const MARKS = /[\u0300-\u036f]/g;
const BARE: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', đ: 'd', ø: 'o', æ: 'ae', ß: 'ss' };
const ADDRESS =
  /https?:|www\.|[\w.+-]@[a-z]|\+\d[\d ]{6}|\b[\w-]+\.(?:com|net|org|io|example|evil|xyz|dev|app|info|ru|cn)\b/g;
/** Hits looked at in one text; more tell nothing new. */
const MAX_HITS = 600;

let root: Branch | undefined;

export function traitView(original: string): TraitView {
  const text = folded(original);
  return { text, hits: traitHits(text) };
}

/** One spelling of a text: small letters without marks, single spaces. */
function folded(text: string): string {
  return text
    .replaceAll(/(?<![A-Za-z])(?:AIs?|A\.I\.|KI|IA|LLMs?)(?![A-Za-z])/g, 'llm')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(MARKS, '')
    .normalize('NFKC')
    .replaceAll(/[ıłđøæß]/g, (char) => BARE[char] ?? char)
    .replaceAll(/[’‘]/g, "'")
    .replaceAll(/\s+/g, ' ');
}

/** Everything of the vocabulary that is in a folded text, in one pass over it. */
function traitHits(text: string): readonly TraitHit[] {
  root ??= grown();
  const hits: TraitHit[] = [...text.matchAll(ADDRESS)]
    .slice(0, MAX_HITS)
    .map(({ index }): TraitHit => ({ trait: 'away', at: index }));
  for (let at = 0; at < text.length && hits.length < MAX_HITS; at += 1) {
    if (!root.next.has(text[at] ?? '') || (isInside(text, at) && isInside(text, at - 1))) continue;
    for (const trait of traitsAt(root, text, at)) hits.push({ trait, at });
  }
  return hits.toSorted((a, b) => a.at - b.at);
}

/** Whether a letter of a script that parts words by spaces, and puts nothing before their stems, stands there. */
function isInside(text: string, at: number): boolean {
  const code = at < 0 || at >= text.length ? 0 : text.charCodeAt(at);
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 0xdf && code <= 0x24f) ||
    (code >= 0x370 && code <= 0x4ff)
  );
}

function traitsAt(from: Branch, text: string, start: number): ReadonlySet<Trait> {
  const found = new Set<Trait>();
  let branch: Branch | undefined = from;
  for (let at = start; at < text.length; at += 1) {
    branch = branch.next.get(text[at] ?? '');
    if (branch === undefined) break;
    for (const trait of branch.traits) found.add(trait);
    if (branch.whole.size > 0 && !isInside(text, at + 1)) for (const trait of branch.whole) found.add(trait);
  }
  return found;
}

function grown(): Branch {
  const tree = sprout();
  for (const trait of TRAITS) {
    const lines = [...VOCABULARY[trait], ...(VOCABULARY_OF_MORE_LANGUAGES[trait] ?? [])];
    for (const stem of lines.flatMap((line) => line.split('|'))) plant(tree, stem, trait);
  }
  return tree;
}

function plant(tree: Branch, stem: string, trait: Trait): void {
  const isWhole = stem.endsWith('$');
  let branch = tree;
  for (const char of folded(isWhole ? stem.slice(0, -1) : stem)) {
    const next: Branch = branch.next.get(char) ?? sprout();
    branch.next.set(char, next);
    branch = next;
  }
  (isWhole ? branch.whole : branch.traits).add(trait);
}

function sprout(): Branch {
  return { next: new Map(), traits: new Set(), whole: new Set() };
}
