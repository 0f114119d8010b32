import type { TraitHit, TraitView } from '../text/traits.ts';
import { TRAITS, type Trait } from '../text/vocabulary.ts';
import { combined, type Word, wordsOf } from './words.ts';

/** Where a text was found: among people who talk, or where nobody talks with the assistant. */
export type Setting = 'talk' | 'data';

/** Called with each feature of a stretch, a number, and where its words begin and end in the folded text; some come twice. */
export type FeatureVisitor = (feature: number, start: number, end: number) => void;

/** A part of a text whose features can be gone through. */
export interface Stretch {
  visit(see: FeatureVisitor): void;
}

/** A stretch is so long that an order with its reasons fits, and short enough that a long text around it does not count. */
const STRETCH_CHARS = 320;
const STEP_CHARS = 200;
/** How far two traits may stand apart to be seen as a pair. */
const PAIR_CHARS = 140;
const MAX_STRETCHES = 400;

const WORD = 1;
const PAIR = 2;
const TRAIT = 4;
const TRAIT_PAIR = 5;
const TRAIT_HERE = 6;
const SHAPE = 7;
const KIND_PAIR = 8;
const KIND_SKIP = 9;
const KIND_TRIPLE = 10;
/** What stands in place of a word: the kind of thing it means to an order, whatever the language. */
const KINDS: readonly (readonly Trait[])[] = [
  ['machine'],
  ['send', 'reveal', 'harm', 'steer'],
  ['secret', 'private', 'hidden'],
  ['setAside', 'unbound'],
  ['hush', 'cover', 'cleared'],
  ['owner'],
];

const TRAIT_NUMBER = new Map<Trait, number>(TRAITS.map((trait, index) => [trait, index + 1]));

/** Turns of shape that say the same in every language. */
const SHAPES: readonly RegExp[] = [
  /https?:\/\//,
  /[\w.+-]+@[\w-]+\./,
  /[?？؟]/,
  /^[^.!?。]{2,40}[:：]/,
  /<!--|\/\*|(?:^|\s)(?:#|\/\/)\s/,
  /<[a-z/!][^>]*>/,
  /["“„«「'‘](?=\S)/,
  /[{}]/,
  /\[[^\]]{1,40}\]|\([^)]{1,60}\)/,
  /!{1,}/,
  /`|\b(?:curl|bash|sudo|chmod|rm -)/,
  /(?:^|\n)subject:/,
  /\n/,
  /\d{3}/,
  // Turns and calls that belong to a conversation's frame, not into a text.
  /<\/?(?:tool_|function_|invoke|system|user|owner|assistant|human|search_results|document|context)|<\|/,
  /(?:^|[\n[])(?:user|human|assistant|system|owner)\]?: /,
  /"(?:command|cmd|args|arguments|next|next_action|do|run)"\s*:/,
  /={3,}|-{3,}|#{3,}/,
  // Places of secrets, raw addresses, what runs what it is given.
  /~\/\.|\.(?:ssh|aws|netrc|npmrc|kube|gnupg|env)\b|\/etc\/|id_rsa|wallet\.dat/,
  /:\/\/\d+\.\d+\.\d+/,
  /\|\s*(?:sudo )?(?:ba|z)?sh\b|\bnc \S+ \d|\$\(|\{\{?\w+\}?\}/,
  /\b(?:iban|[a-z]{2}\d{2} ?\d{4} ?\d{4}|0x[\da-f]{2,}|bc1\w+)/,
  /\b\d+(?:[.,]\d+)? ?(?:eur|usd|dollars?|euros?|€|£|usdt|btc)|[$€£] ?\d/,
];

/** The stretches of a text. */
export function stretchesOf({ text: plain, hits: traits }: TraitView, setting: Setting): readonly Stretch[] {
  const words = wordsOf(plain);
  const kinds = kindsOf(words, traits);
  const stretches: Stretch[] = [];
  const last = Math.max(1, Math.ceil((plain.length - STRETCH_CHARS) / STEP_CHARS) + 1);
  let firstWord = 0;
  let firstTrait = 0;
  for (let index = 0; index < Math.min(last, MAX_STRETCHES); index += 1) {
    const from = index * STEP_CHARS;
    const to = from + STRETCH_CHARS;
    while ((words[firstWord]?.start ?? from) < from) firstWord += 1;
    while ((traits[firstTrait]?.at ?? from) < from) firstTrait += 1;
    const place: Place = { plain, words, kinds, traits, from, to, firstWord, firstTrait, setting };
    stretches.push({ visit: (see) => visitFeatures(place, see) });
  }
  return stretches;
}

/** For each word its kind, or the word itself where it has none; a mark of punctuation behind the name of a machine tells too. */
function kindsOf(words: readonly Word[], traits: readonly TraitHit[]): readonly number[] {
  let next = 0;
  return words.map(({ stem, start, end }) => {
    while ((traits[next]?.at ?? start) < start) next += 1;
    let kind = stem;
    for (let at = next; (traits[at]?.at ?? end) < end; at += 1) {
      const trait = traits[at]?.trait;
      const number = trait === undefined ? -1 : KINDS.findIndex((some) => some.includes(trait));
      if (number >= 0) {
        kind = number + 1;
        if (number === 0) break;
      }
    }
    return kind;
  });
}

interface Place {
  readonly plain: string;
  readonly words: readonly Word[];
  readonly kinds: readonly number[];
  readonly traits: readonly TraitHit[];
  readonly from: number;
  readonly to: number;
  readonly firstWord: number;
  readonly firstTrait: number;
  readonly setting: Setting;
}

function visitFeatures(
  { plain, words, kinds, traits, from, to, firstWord, firstTrait, setting }: Place,
  see: FeatureVisitor,
): void {
  for (let at = firstWord; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined || word.end > to) break;
    see(combined(WORD, word.stem), word.start, word.end);
    const next = words[at + 1];
    if (next === undefined || next.end > to) continue;
    see(combined(PAIR, word.stem, next.stem), word.start, next.end);
    const kind = kinds[at] ?? 0;
    const nextKind = kinds[at + 1] ?? 0;
    if (kind <= KINDS.length || nextKind <= KINDS.length)
      see(combined(KIND_PAIR, kind, nextKind), word.start, next.end);
    const afterNext = words[at + 2];
    if (afterNext === undefined || afterNext.end > to) continue;
    const lastKind = kinds[at + 2] ?? 0;
    if (kind > KINDS.length && nextKind > KINDS.length && lastKind > KINDS.length) continue;
    see(combined(KIND_SKIP, kind, lastKind), word.start, afterNext.end);
    see(combined(KIND_TRIPLE, combined(KIND_TRIPLE, kind, nextKind), lastKind), word.start, afterNext.end);
  }
  const here = setting === 'talk' ? 1 : 2;
  see(combined(SHAPE, 1_000 + here), from, from);
  for (let at = firstTrait; at < traits.length; at += 1) {
    const hit = traits[at];
    if (hit === undefined || hit.at >= to) break;
    const trait = TRAIT_NUMBER.get(hit.trait) ?? 0;
    see(combined(TRAIT, trait), hit.at, hit.at + 1);
    see(combined(TRAIT_HERE, trait, here), hit.at, hit.at + 1);
    for (let second = at + 1; second < traits.length; second += 1) {
      const other = traits[second];
      if (other === undefined || other.at >= to || other.at - hit.at > PAIR_CHARS) break;
      if (other.trait !== hit.trait) {
        see(combined(TRAIT_PAIR, trait, TRAIT_NUMBER.get(other.trait) ?? 0), hit.at, other.at + 1);
      }
    }
  }
  const own = plain.slice(from, to);
  for (const [number, shape] of SHAPES.entries()) if (shape.test(own)) see(combined(SHAPE, number), from, from);
}
