/** One way of hiding words among others, or inside themselves, and how to read them. */
interface Scatter {
  /** Cheap to look for; what follows is only done where it shows. */
  readonly shows: RegExp;
  read(text: string): readonly string[];
}

const LEAST_LINES = 5;
const MAX_LINES = 400;
/** A text that tells which parts of it are meant. */
const FIRST_LETTERS =
  /\b(?:first|initial|starting|capital) (?:letters?|characters?)\b|\binitials\b|\bacrostic|anfangsbuchstabe|premi[eè]res? lettres?|primeras? letras?|prime lettere/i;
const FIRST_WORDS =
  /\b(?:first|initial|starting) words?\b|erste[ns]? w(?:ort|örter)|premiers? mots?|primeras? palabras?|prime parole/i;
const LAST_WORDS = /\b(?:last|final|closing) words?\b|letzte[ns]? w(?:ort|örter)|derniers? mots?|últimas? palabras?/i;
const NTH_WORDS =
  /\b(?:every|each) (second|other|2nd|third|3rd|fourth|4th|fifth|5th) word\b|\bjedes (zweite|dritte|vierte|fünfte) wort/i;
const PLACE_OF: Readonly<Record<string, number>> = {
  second: 2,
  other: 2,
  '2nd': 2,
  zweite: 2,
  third: 3,
  '3rd': 3,
  dritte: 3,
  fourth: 4,
  '4th': 4,
  vierte: 4,
  fifth: 5,
  '5th': 5,
  fünfte: 5,
};
/** `easeplay endsay ethay asswordspay` */
const PIG_LATIN = /(?:\b[a-z]{1,20}ay\b[\s,.;:!?'-]*){5,200}/i;

const SCATTERS: readonly Scatter[] = [
  {
    shows: FIRST_LETTERS,
    read: (text) => [
      linesOf(text)
        .map((line) => /\p{L}/u.exec(line)?.[0] ?? ' ')
        .join(''),
    ],
  },
  {
    shows: FIRST_WORDS,
    read: (text) => [
      linesOf(text)
        .map((line) => /\p{L}+/u.exec(line)?.[0] ?? '')
        .join(' '),
    ],
  },
  {
    shows: LAST_WORDS,
    read: (text) => [
      linesOf(text)
        .map((line) => /\p{L}+(?=\P{L}*$)/u.exec(line)?.[0] ?? '')
        .join(' '),
    ],
  },
  {
    shows: NTH_WORDS,
    read: (text) => {
      const told = NTH_WORDS.exec(text);
      const step = PLACE_OF[(told?.[1] ?? told?.[2] ?? '').toLowerCase()] ?? 2;
      const words = text.slice((told?.index ?? 0) + (told?.[0].length ?? 0)).match(/[\p{L}\p{N}@./:'-]+/gu) ?? [];
      return Array.from({ length: step }, (_, from) => words.filter((_word, at) => at % step === from).join(' '));
    },
  },
  {
    shows: PIG_LATIN,
    read: (text) =>
      [/^([a-z']*?)([^aeiou'])ay$/i, /^([a-z']*?)([^aeiou']+)ay$/i].map((ending) =>
        text.replaceAll(/[a-z]+ay\b/gi, (word) => word.replace(ending, '$2$1').replace(/w?ay$/i, '')),
      ),
  },
];

/** What is said by the letters or words that a text points at, or by words turned inside out. */
export function scatteredWords(text: string): readonly string[] {
  return SCATTERS.flatMap(({ shows, read }) => (shows.test(text) ? read(text) : [])).filter(
    (said) => said.trim() !== '',
  );
}

/** The lines behind the one that tells how to read them. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n', MAX_LINES).map((line) => line.trim());
  const rest = lines.slice(1);
  return rest.filter((line) => line !== '').length < LEAST_LINES ? [] : rest;
}
