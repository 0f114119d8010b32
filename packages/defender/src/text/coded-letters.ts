/** Letters written as something else: one kind of writing, and how to read it. */
interface Code {
  /** Cheap to look for; what follows is only done where it shows. */
  readonly shows: RegExp;
  read(text: string): readonly string[];
}

const MAX_PARTS = 24;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';

/** Every stretch that a pattern finds, as `read` takes it. */
function each(pattern: RegExp, read: (part: string) => string): Code {
  const all = new RegExp(pattern.source, `${pattern.flags}g`);
  return {
    shows: pattern,
    read: (text) => [...text.matchAll(all)].slice(0, MAX_PARTS).map(([part]) => read(part)),
  };
}

/** The whole text with the stretches that a pattern finds written out, so that what is said around them stays. */
function within(pattern: RegExp, read: (part: string) => string): Code {
  const all = new RegExp(pattern.source, `${pattern.flags}g`);
  return { shows: pattern, read: (text) => [text.replaceAll(all, (part) => ` ${read(part)} `)] };
}

const letterAt = (place: number): string => ALPHABET[place - 1] ?? ' ';
const byCode = (code: string, radix: number): string => String.fromCodePoint(Number.parseInt(code, radix) % 0x110000);

/** `6-15-18 20-8-5`: places in the alphabet, words parted by what is no hyphen. */
const PLACES =
  /(?<![\w.-])(?:(?:[1-9]|1\d|2[0-6])[-.](?=\d)){1,20}(?:[1-9]|1\d|2[0-6])(?:[ ,/|]+(?:(?:[1-9]|1\d|2[0-6])[-.](?=\d)){0,20}(?:[1-9]|1\d|2[0-6])(?![\w.])){2,60}/;
const OCTAL = /(?:(?<![\w.])(?:0[45]\d|1[0-7]{2})(?:[\s,]+|$)){10,400}/;
const CSS = /(?:\\0{0,4}[2-7][0-9a-f](?![0-9a-f])\s?){6,400}/i;
const CALLS = /(?:\bchr\w?\(\s*(?:0x[0-9a-f]{2}|\d{2,3})\s*\)[\s.,+&|]*){6,400}/i;
const CODE_POINTS = /(?:U\+[0-9a-f]{4,6}[\s,;]*){6,400}|(?:%u[0-9a-f]{4}){6,400}/i;
const BRAILLE = /[\u2801-\u283F][\u2800-\u283F ]{4,}/;
const MORSE = /(?:(?<![\w.-])[.\-·–−]{1,6}(?:[ /|]+|$)){10,600}/;
const DOUBLED = /\b(?:([a-z])\1){3,12}\b(?=[\s\S]{0,40}\b(?:([a-z])\2){2,12}\b)/i;
const ASCII85 = /<~[!-u\sz]{16,4000}~>/;

const BRAILLE_ORDER = ' ⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵';
const MORSE_LETTERS: ReadonlyMap<string, string> = new Map(
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'
    .split(' ')
    .map((signs, place) => [signs, letterAt(place + 1)] as const),
);
const SPOKEN =
  'alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu';
const SPOKEN_WORD = `(?:${SPOKEN.replace('alpha', 'al(?:ph|f)a').replace('juliett', 'juliett?').replace('xray', 'x-?ray').replace('whiskey', 'whiske?y').split(' ').join('|')})`;
const SPELT_OUT = new RegExp(`(?:\\b${SPOKEN_WORD}\\b[ ,./|-]*){8,400}`, 'i');

const CODES: readonly Code[] = [
  within(PLACES, (part) =>
    part
      .split(/[ ,/|]+/)
      .map((word) => word.replaceAll(/\d+[-.]?/g, (place) => letterAt(Number.parseInt(place, 10))))
      .join(' '),
  ),
  each(OCTAL, (part) => part.replaceAll(/\d{3}[\s,]*/g, (code) => byCode(code, 8))),
  each(CSS, (part) => part.replaceAll(/\\([0-9a-f]{2,6})\s?/gi, (_all, code: string) => byCode(code, 16))),
  each(CALLS, (part) =>
    part.replaceAll(
      /[\s\S]*?\(\s*(0x)?([0-9a-f]{2,3})\s*\)[\s.,+&|]*/gi,
      (_all, hex: string | undefined, code: string) => byCode(code, hex === undefined ? 10 : 16),
    ),
  ),
  each(CODE_POINTS, (part) =>
    part.replaceAll(/(?:U\+|%u)([0-9a-f]{4,6})[\s,;]*/gi, (_all, code: string) => byCode(code, 16)),
  ),
  within(BRAILLE, (part) =>
    part.replaceAll(/[\u2800-\u283F]/g, (char) => (char === '\u2800' ? ' ' : letterAt(BRAILLE_ORDER.indexOf(char)))),
  ),
  within(MORSE, (part) =>
    part
      .replaceAll(/[·]/g, '.')
      .replaceAll(/[–−]/g, '-')
      .split(/\s*[/|]\s*|\s{2,}/)
      .map((word) =>
        word
          .split(' ')
          .map((signs) => MORSE_LETTERS.get(signs) ?? '')
          .join(''),
      )
      .join(' '),
  ),
  within(SPELT_OUT, (part) =>
    part
      .split(/\s*[/|,.]\s*|\s{2,}/)
      .map((word) => [...word.matchAll(/\b[a-z]/gi)].map(([letter]) => letter.toLowerCase()).join(''))
      .join(' '),
  ),
  { shows: DOUBLED, read: (text) => [text.replaceAll(/([a-z])\1/gi, '$1')] },
  each(ASCII85, fromAscii85),
];

/** What letters written as numbers, signs, words or twice say; nothing for a text without such a stretch. */
export function codedLetters(text: string): readonly string[] {
  return CODES.flatMap(({ shows, read }) => (shows.test(text) ? read(text) : []));
}

/** Five signs are four bytes, each sign a digit of 85. */
function fromAscii85(part: string): string {
  const signs = part.slice(2, -2).replaceAll(/\s/g, '').replaceAll('z', '!!!!!');
  const bytes: number[] = [];
  for (let at = 0; at < signs.length; at += 5) {
    const group = signs.slice(at, at + 5);
    let value = 0;
    for (const sign of group.padEnd(5, 'u')) value = value * 85 + sign.charCodeAt(0) - 33;
    for (let place = 0; place < group.length - 1; place += 1) bytes.push(Math.floor(value / 256 ** (3 - place)) & 255);
  }
  return Buffer.from(bytes).toString('utf8');
}
