import { isAscii } from './ascii.ts';
import { withoutLookalikes } from './confusables.ts';
import { decodedParts } from './decoded-parts.ts';

/** A reading of a text that a model may take while a person sees another one. */
export interface Reading {
  readonly text: string;
  /** How it was hidden; undefined for what anybody sees. */
  readonly hiddenBy?: 'invisible' | 'markup' | 'encoding' | 'spelling';
}

const MAX_CHARS = 131_072;
const MAX_DEPTH = 2;

/** Zero-width and bidirectional marks, soft hyphens, variation selectors, fillers. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** The tag characters mirror ASCII and show nothing. */
const TAGS = /[\u{E0020}-\u{E007E}]+/gu;
const TAG_BASE = 0xe0000;

/**
 * All readings of a text: as it stands, with hidden characters gone and look-alikes replaced, what markup hides, what
 * is encoded in it, and words that are spelt apart (reference defender/defender.md §B.4). Of a very long text the two
 * ends are read.
 */
export function readings(text: string): readonly Reading[] {
  return unfold(bounded(text), 0);
}

function bounded(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS / 2)}\n${text.slice(-MAX_CHARS / 2)}` : text;
}

function unfold(text: string, depth: number): readonly Reading[] {
  const folded = plain(text);
  const out: Reading[] = [{ text: folded }];
  const add = (hiddenBy: NonNullable<Reading['hiddenBy']>, found: readonly string[]): void => {
    if (depth >= MAX_DEPTH || found.length === 0) return;
    for (const reading of unfold(bounded(found.join('\n')), depth + 1)) out.push({ text: reading.text, hiddenBy });
  };
  if (!isAscii(text)) add('invisible', [...tagText(text), ...selectorText(text)]);
  add('markup', hiddenMarkup(text));
  add('encoding', decodedParts(folded));
  const untagged = withoutTags(text);
  if (untagged !== undefined) out.push({ text: plain(untagged), hiddenBy: 'spelling' });
  const mirrored = wordsBackwards(folded);
  if (mirrored !== undefined) out.push({ text: mirrored, hiddenBy: 'encoding' });
  const spelt = speltApart(folded);
  if (spelt !== undefined) out.push({ text: spelt, hiddenBy: 'spelling' });
  return out;
}

/** Words that markup cuts into pieces, whole again; undefined when it cuts none. */
function withoutTags(text: string): string | undefined {
  return /[a-z]<(?:!--|\/?[a-z])[^<>]{0,200}>(?:<[^<>]{0,200}>)?[a-z]/i.test(text)
    ? text.replaceAll(/<[^<>]{0,500}>/g, '')
    : undefined;
}

/** Each word backwards, in its place. */
function wordsBackwards(text: string): string | undefined {
  if (!BACKWARDS.test(text)) return undefined;
  return text.replaceAll(/\p{L}+/gu, (word) => [...word].reverse().join(''));
}

const BACKWARDS =
  /\b(?:erongi|drageRsid|dragersid|tegrof|snoitcurtsni|selur|tpmorp|drowssap|drawrof|laever|sdrowssap|nekot|terces|etucexe|eteled|resu|tnatsissa)\b/i;

/** What a reader would make of it: compatibility forms, marks and look-alikes gone, entities and escapes written out. */
export function plain(text: string): string {
  const written = withoutEntities(text);
  // All that follows is about other characters.
  if (isAscii(written)) return written;
  const visible = written.normalize('NFKC').replaceAll(INVISIBLE, '');
  return withoutLookalikes(withoutCombining(withoutSmallCapitals(withoutFlags(visible))));
}

/** Letters that make flags in pairs, in rows that are no flags, and white letters in dark circles or squares. */
function withoutFlags(text: string): string {
  const dark = text.replaceAll(/[\u{1F150}-\u{1F169}\u{1F170}-\u{1F189}]/gu, (char) =>
    String.fromCharCode((((char.codePointAt(0) ?? 0) - 0x1f150) % 32) + 97),
  );
  return dark.replaceAll(/[\u{1F1E6}-\u{1F1FF}]{3,}/gu, (row) =>
    [...row].map((char) => String.fromCharCode((char.codePointAt(0) ?? 0) - 0x1f1e6 + 97)).join(''),
  );
}

const SMALL_CAPITALS = 'ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz';

function withoutSmallCapitals(text: string): string {
  return text.replaceAll(
    /[ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ]/g,
    (char) => SMALL_CAPITALS[SMALL_CAPITALS.indexOf(char) + 1] ?? char,
  );
}

/** Strokes through letters, and marks piled on Latin ones; two marks are Vietnamese. */
function withoutCombining(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/[\u0334-\u0338]|(?<=[A-Za-z])[\u0300-\u036F]{3,}/g, '')
    .normalize('NFC');
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function withoutEntities(text: string): string {
  return text
    .replaceAll(
      /&(?:#(\d{1,7});?|#x([0-9a-f]{1,6});?|(amp|lt|gt|quot|apos|nbsp);)/gi,
      (all, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? all;
        return fromCodePoint(Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10)) ?? all;
      },
    )
    .replaceAll(
      /\\u(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{4}))|\\x([0-9a-f]{2})|\\([0-3][0-7]{2})(?![0-9a-f])/gi,
      (all, braced?: string, long?: string, short?: string, octal?: string) =>
        fromCodePoint(Number.parseInt(octal ?? braced ?? long ?? short ?? '', octal === undefined ? 16 : 8)) ?? all,
    );
}

function fromCodePoint(code: number): string | undefined {
  return Number.isNaN(code) || code > 0x10ffff ? undefined : String.fromCodePoint(code);
}

/** Bytes written in variation selectors, behind any character. */
const SELECTORS = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{8,}/gu;

function selectorText(text: string): readonly string[] {
  return [...text.matchAll(SELECTORS)].map(([selectors]) => {
    const bytes = [...selectors]
      .map((char) => char.codePointAt(0) ?? 0)
      .map((code) => (code < 0xe0100 ? code - 0xfe00 : code - 0xe0100 + 16));
    return Buffer.from(bytes).toString('utf8');
  });
}

function tagText(text: string): readonly string[] {
  return [...text.matchAll(TAGS)].map(([tags]) =>
    [...tags].map((char) => String.fromCodePoint((char.codePointAt(0) ?? TAG_BASE) - TAG_BASE)).join(''),
  );
}

const HIDDEN_STYLE =
  /display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*[01](?:px|pt|em|%)?\b|color\s*:\s*(?:white|#fff(?:fff)?|transparent)\b|(?:left|top|text-indent)\s*:\s*-\d{3,}|height\s*:\s*0|width\s*:\s*0|clip\s*:\s*rect\(0/i;

/** Comments, elements that show nothing, and texts that only programs read. */
function hiddenMarkup(text: string): readonly string[] {
  const comments = [...text.matchAll(/<!--([\s\S]{1,20000}?)-->/g)].map(([, inner = '']) => inner);
  const hidden = [...text.matchAll(/<(\w+)\b([^>]{0,500})>([\s\S]{0,5000}?)<\/\1>/g)].flatMap(
    ([, tag = '', attributes = '', inner = '']) =>
      HIDDEN_STYLE.test(attributes) ||
      /\b(?:hidden|aria-hidden\s*=\s*["']?true)\b/i.test(attributes) ||
      /^(?:noscript|template|title|desc|metadata)$/i.test(tag)
        ? [inner.replaceAll(/<[^>]*>/g, ' ')]
        : [],
  );
  const attributes = [
    ...text.matchAll(
      /\b(?:alt|title|aria-label|content|data-[\w-]+|placeholder)\s*=\s*(?:"([^"]{12,2000})"|'([^']{12,2000})')/gi,
    ),
  ].map(([, double, single]) => double ?? single ?? '');
  const markdown = [...text.matchAll(/^\[(?:\/\/|comment|_)\]:\s*#?\s*[("']([^\n]{12,2000})[)"']\s*$/gim)].map(
    ([, inner = '']) => inner,
  );
  const styles = [...text.matchAll(/\bcontent\s*:\s*(?:"([^"]{12,2000})"|'([^\n}]{12,2000}?)'\s*[;}])/gi)].map(
    ([, double, single]) => double ?? single ?? '',
  );
  return [...comments, ...hidden, ...attributes, ...markdown, ...styles];
}

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Words of hidden instructions; they tell where one word ends in letters without spaces, and what slips of the pen mean. */
const KEY_WORDS =
  'ignore disregard forget override previous earlier instructions instruction rules guidelines system prompt prompts reveal password passwords secret secrets token tokens credentials execute command commands assistant developer without asking approval message delete forward upload conversation user send print show everything all and the your you'.split(
    ' ',
  );
const KEY_WORD = new RegExp(KEY_WORDS.toSorted((a, b) => b.length - a.length).join('|'), 'gi');
const IS_KEY_WORD: ReadonlySet<string> = new Set(KEY_WORDS);
const GLUED_CHARS = 14;
const SLIP_MIN_CHARS = 5;

const letters = (word: string): string =>
  `${word[0] ?? ''}${[...word.slice(1, -1)].sort().join('')}${word.at(-1) ?? ''}`;
const BY_LETTERS = new Map(
  KEY_WORDS.filter(({ length }) => length >= SLIP_MIN_CHARS).map((word) => [letters(word), word]),
);
/** The key words by first and last letter: few other words have to be looked at closer. */
const BY_ENDS = Map.groupBy(BY_LETTERS.values(), (word) => `${word[0]}${word.at(-1)}`);

/** A key word whose inner letters were shuffled. */
function withoutSlip(word: string): string {
  const lower = word.toLowerCase();
  const alike = BY_ENDS.get(`${lower[0]}${lower.at(-1)}`);
  if (alike === undefined || alike.every(({ length }) => length !== lower.length)) return word;
  const meant = BY_LETTERS.get(letters(lower));
  return meant === undefined || meant === lower ? word : meant;
}

/** `1` is an i more often than an l. */
function fromLeet(word: string): string {
  const write = (one: string): string =>
    word.replaceAll(/[013457@$!]/g, (char) => (char === '1' ? one : (LEET[char] ?? char)));
  const withL = write('l');
  return IS_KEY_WORD.has(withL.toLowerCase()) ? withL : write('i');
}

/** A digit or sign with a letter behind it in the same word. */
const HAS_LEET = /[0-9@$!][\w@$!]*[a-z]/i;

function withoutLeet(line: string): string {
  return line.replaceAll(
    /(?<![\w.@])(?!\w*@\w+\.)(?=[a-z@$!]*[0-9@$!][\w@$!]*[a-z])[\w@$!]{4,40}(?![\w@$!])/gi,
    fromLeet,
  );
}

/** Letters that stood apart, as one word, or as several where key words show. */
function joined(spelt: string, separator: string): string {
  const word = spelt.replaceAll(separator, '');
  return word.length < GLUED_CHARS ? word : word.replaceAll(KEY_WORD, ' $& ');
}

/** One letter a line. */
const LETTER_LINES = /(?<![^\n])(?:[^\n]\n){6,400}[^\s](?![^\n])/gu;

/**
 * `i g n o r e`, `i.g.n.o.r.e`, `1gn0r3`, `Ignroe`, `ig**no**re` as the words they are; undefined when nothing is spelt
 * that way.
 */
function speltApart(spelt: string): string | undefined {
  const text = spelt.replaceAll(LETTER_LINES, (letters) => ` ${joined(letters.replaceAll(/\n(?! ?\n)/g, ''), '\n')} `);
  if (text !== spelt) return text;
  const lines = text.split('\n');
  const written = lines.map(respelt);
  const differs = (at: number): boolean => at in lines && written[at] !== lines[at];
  // The lines before and after belong to what is said.
  const near = written.filter((_line, at) => differs(at) || differs(at - 1) || differs(at + 1));
  return near.length === 0 ? undefined : near.join('\n');
}

/** Digits in the middle of so many words are letters. */
const LEET_WORDS = /^(?:.*?\b(?=\w*[a-z])(?=\w*[013457])\w{2,}\b){4}/i;
/** Words in one, told apart by their capitals. */
const HUMPS = /\b(?:[A-Z][a-z]+){5,40}\b/g;
/** Words held together by hyphens or lines: a long name that says something. */
const CHAINED = /(?<![\w/.-])[A-Za-z]+(?:(?:_{1,3}|-)[A-Za-z]+){5,40}/g;

function respelt(written: string): string {
  const line = LEET_WORDS.test(written)
    ? written.replaceAll(/\b(?=\w*[a-z])(?=\w*[013457])\w{2,}\b/gi, fromLeet)
    : written;
  const together = line
    .replaceAll(CHAINED, (words) => words.replaceAll(/[_-]+/g, ' '))
    .replaceAll(HUMPS, (words) => words.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' '))
    .replaceAll(
      /(?<![\p{L}\p{N}])[\p{L}\p{N}]([ .\-_*·•|/~+,])(?:[\p{L}\p{N}]\1){1,400}[\p{L}\p{N}](?![\p{L}\p{N}])/gu,
      (spelt, separator: string) => joined(spelt, separator),
    );
  return (HAS_LEET.test(together) ? withoutLeet(together) : together)
    .replaceAll(/[*_~`|]{1,3}(?=\p{L})|(?<=\p{L})[*_~`|]{1,3}/gu, '')
    .replaceAll(/\b[a-z]{5,16}\b/gi, withoutSlip);
}
