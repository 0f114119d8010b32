import { isAscii } from './ascii.ts';
import { createPatternGate, type PatternGate } from './gate/pattern-gate.ts';
import { LEXICON, type Role } from './lexicon.ts';
import type { Intent } from './signs.ts';

/** An intent that shows when words of several roles stand close together in one sentence, in any order. */
interface LexicalSign {
  readonly intent: Intent;
  readonly points: number;
  /** The role that is looked for first: the rarest in ordinary texts. */
  readonly anchor: Role;
  /** One role of each list has to be there too. */
  readonly company: readonly (readonly Role[])[];
}

const SIGNS: readonly LexicalSign[] = [
  { intent: 'override', points: 30, anchor: 'setAside', company: [['rules'], ['which', 'whichEnglish', 'assistant']] },
  { intent: 'override', points: 30, anchor: 'ignore', company: [['rules'], ['which']] },
  { intent: 'extraction', points: 28, anchor: 'prompt', company: [['reveal']] },
  { intent: 'override', points: 30, anchor: 'voided', company: [['rules'], ['assistant']] },
  { intent: 'exfiltration', points: 36, anchor: 'secrets', company: [['send'], ['away', 'toMe']] },
  {
    intent: 'addressing',
    points: 26,
    anchor: 'noteTo',
    company: [['assistant'], ['send', 'reveal', 'setAside', 'tellNot', 'voided']],
  },
  { intent: 'persona', points: 28, anchor: 'noLimits', company: [['assistant', 'which']] },
  { intent: 'concealment', points: 26, anchor: 'tellNot', company: [['person']] },
];

/** How far from the anchor its company may stand, in characters. */
const REACH_CHARS = 90;
/** Anchors looked at in one text; more of them tell nothing new. */
const MAX_ANCHORS = 64;
/** Characters before a stem that show that it does not begin a word; scripts without word breaks have none. */
const INSIDE_WORD = '(?<![a-z0-9\\u00df-\\u024f\\u0370-\\u03ff\\u0400-\\u04ff])';
const SENTENCE_END = /[.!?؟](?=\s)|[。！？।]|\n\s*(?:\n|[-*•#>|+]|\d+[.)])/g;

/** A subject before the verb: in Romance languages what somebody does and what he is told to do are one word. */
const DESCRIBES =
  /^\s*(?:el|la|los|las|o|os|as|il|lo|i|gli|le|les|un|una|um|uma|une|este|esta|ce|cette|quest[oa])\s+(?:[\p{L}'’-]+\s+){1,5}(?:se |si |ne )?$/iu;

/** `Vergeet … niet`, `n'oubliez pas`, `не забудь`: remembering, not forgetting. */
const FORGETS = /^(?:verge|glom|glem|oubli|olvid|dimentic|esque|zapom|zabud|забу)/i;
const NOT_BEFORE = /(?:^|\s)(?:n'|ne |no |non |nao |nie |ne|не |nunca )\s*$/i;
const SAID_OF = /\b(?:refus\w+|tr(?:y|ies|ied)|trying|attempts?|fail\w*) to\s+$/i;
const NOT_BEHIND = /\b(?:niet|nicht|inte|ikke|pas)\b/i;

function isNoOrder(before: string, verb: string, rest: string): boolean {
  return (
    DESCRIBES.test(before) ||
    SAID_OF.test(before) ||
    (FORGETS.test(verb) && (NOT_BEFORE.test(before) || NOT_BEHIND.test(rest)))
  );
}

export interface LexicalMatch {
  readonly intent: Intent;
  readonly points: number;
  readonly start: number;
  readonly end: number;
}

type Patterns = Readonly<Record<Role, RegExp>>;
let compiled: { readonly patterns: Patterns; readonly gate: PatternGate } | undefined;
const ROLES: readonly Role[] = Object.keys(LEXICON).filter((name): name is Role => name in LEXICON);

/** Without the marks on letters, which people leave out and disguises put on. Keeps the length of composed text. */
function withoutMarks(text: string): string {
  if (isAscii(text)) return text;
  return text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll(/[ıİłŁđĐøØ]/g, (char) => BARE[char] ?? char);
}

const BARE: Readonly<Record<string, string>> = { ı: 'i', İ: 'I', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ø: 'o', Ø: 'O' };

/** Finds intents by the words of many languages, one a kind. Work is linear in the text. */
export function lexicalMatches(original: string): readonly LexicalMatch[] {
  const text = withoutMarks(original);
  compiled ??= prepare();
  const { patterns, gate } = compiled;
  const open = gate.of(text);
  const isOpen = (role: Role): boolean => open[ROLES.indexOf(role)] === 1;
  return SIGNS.flatMap(({ intent, points, anchor, company }) => {
    if (!isOpen(anchor) || !company.every((roles) => roles.some(isOpen))) return [];
    let looked = 0;
    for (const match of text.matchAll(patterns[anchor])) {
      looked += 1;
      if (looked > MAX_ANCHORS) return [];
      const { from, to } = surroundings(text, match.index, match.index + match[0].length);
      if (
        (anchor === 'setAside' || anchor === 'ignore') &&
        isNoOrder(text.slice(from, match.index), match[0], text.slice(match.index, to))
      )
        continue;
      const around = text.slice(from, to);
      const has = (role: Role): boolean => around.search(patterns[role]) >= 0;
      if (company.every((roles) => roles.some(has))) {
        return [{ intent, points, start: match.index, end: match.index + match[0].length }];
      }
    }
    return [];
  });
}

function prepare(): NonNullable<typeof compiled> {
  const patterns = compile();
  return { patterns, gate: createPatternGate(ROLES.map((role) => patterns[role].source)) };
}

function compile(): Patterns {
  const pattern = (role: Role): RegExp => new RegExp(`${INSIDE_WORD}(?:${stems(role)})`, 'gi');
  return {
    setAside: pattern('setAside'),
    ignore: pattern('ignore'),
    whichEnglish: pattern('whichEnglish'),
    rules: pattern('rules'),
    which: pattern('which'),
    assistant: pattern('assistant'),
    reveal: pattern('reveal'),
    prompt: pattern('prompt'),
    send: pattern('send'),
    secrets: pattern('secrets'),
    away: new RegExp(LEXICON.away.join('|'), 'gi'),
    toMe: pattern('toMe'),
    noteTo: pattern('noteTo'),
    voided: pattern('voided'),
    tellNot: pattern('tellNot'),
    person: pattern('person'),
    noLimits: pattern('noLimits'),
  };
}

/** A stem of up to three Latin letters is a word of its own. Texts come in compatibility form, so stems do too. */
function stems(role: Role): string {
  return withoutMarks(LEXICON[role].join('|').normalize('NFKC'))
    .replaceAll(/(?<=^|\|)[a-z]{1,3}(?=\||$)/g, '$&(?![a-z])')
    .replaceAll(' ', '\\s+');
}

/** The part of a match's own sentence that is in reach. */
function surroundings(text: string, start: number, end: number): { readonly from: number; readonly to: number } {
  const before = text.slice(Math.max(0, start - REACH_CHARS), start);
  const after = text.slice(end, end + REACH_CHARS);
  const last = [...before.matchAll(SENTENCE_END)].at(-1);
  const next = after.search(SENTENCE_END);
  return {
    from: start - before.length + (last === undefined ? 0 : last.index + last[0].length),
    to: end + (next < 0 ? after.length : next),
  };
}
