import { isAscii } from './ascii.ts';
import { withoutLookalikes } from './confusables.ts';
import { runsOf } from './runs.ts';

/** A reading of a text that a model may take while a person sees another one. */
export interface Reading {
  readonly text: string;
  /** How it was hidden; undefined for what anybody sees. */
  readonly hiddenBy?: 'invisible' | 'markup' | 'encoding' | 'spelling';
}

const MAX_CHARS = 131_072;
const MAX_ENCODED = 24;
const MIN_DECODED = 12;
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
  const spelt = speltApart(folded);
  if (spelt !== undefined) out.push({ text: spelt, hiddenBy: 'spelling' });
  return out;
}

/** What a reader would make of it: compatibility forms, marks and look-alikes gone, entities and escapes written out. */
export function plain(text: string): string {
  const written = withoutEntities(text);
  // All that follows is about other characters.
  if (isAscii(written)) return written;
  const visible = written.normalize('NFKC').replaceAll(INVISIBLE, '');
  return withoutLookalikes(withoutCombining(withoutSmallCapitals(visible)));
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
      /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi,
      (all, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? all;
        return fromCodePoint(Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10)) ?? all;
      },
    )
    .replaceAll(
      /\\u(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{4}))|\\x([0-9a-f]{2})|\\([0-3][0-7]{2})/gi,
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
  return [...comments, ...hidden, ...attributes, ...markdown];
}

/** Text in base64, hexadecimal or percent form, backwards and in rot13. */
function decodedParts(text: string): readonly string[] {
  const base64 = runsOf(text, isBase64Char, MIN_BASE64, MAX_ENCODED).map((part) =>
    Buffer.from(part, 'base64').toString('utf8'),
  );
  const wrapped = endsLinesInBase64(text)
    ? [...text.matchAll(/(?:[A-Za-z0-9+/]{16,100}\r?\n){2,400}[A-Za-z0-9+/]{0,100}={0,2}/g)]
        .slice(0, MAX_ENCODED)
        .map(([part]) => Buffer.from(part, 'base64').toString('utf8'))
    : [];
  const hex = [...text.matchAll(/(?:[0-9a-fA-F]{2}[\s:,]?){12,}|(?:0x[0-9a-fA-F]{2}[\s,]*){8,}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) => Buffer.from(part.replaceAll(/0x|[\s:,]/g, ''), 'hex').toString('utf8'));
  const percent = /(?:%[0-9a-f]{2}[\w .,'-]{0,24}){4,}/i.test(text) ? [percentDecoded(text)] : [];
  const binary = [...text.matchAll(/(?:[01]{8}\s?){10,}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) =>
      part.replaceAll(/\s/g, '').replaceAll(/[01]{8}/g, (byte) => String.fromCharCode(Number.parseInt(byte, 2))),
    );
  const decimal = [...text.matchAll(/(?:\b(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])\b[\s,]+){10,}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) => part.replaceAll(/\d+[\s,]*/g, (code) => String.fromCharCode(Number.parseInt(code, 10))));
  return [
    ...[...base64, ...wrapped, ...hex, ...percent, ...binary, ...decimal].filter(isReadable),
    ...(ROTATED_TELLTALE.test(text) ? [rot13(text)] : []),
    ...(REVERSED_TELLTALE.test(text) ? [[...text].reverse().join('')] : []),
  ];
}

const MIN_BASE64 = 16;
const BASE64_CHARS: ReadonlySet<number> = new Set(
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-'].map((char) => char.charCodeAt(0)),
);

function isBase64Char(code: number): boolean {
  return BASE64_CHARS.has(code);
}

/** Whether any line ends as lines of wrapped base64 do; ordinary lines do not, and cost no look at the whole text. */
function endsLinesInBase64(text: string): boolean {
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (/[A-Za-z0-9+/]{16}\r?$/.test(text.slice(Math.max(0, at - MIN_BASE64 - 1), at))) return true;
  }
  return false;
}

/** Words of which one at least is in every instruction worth hiding; looked for in the form that the hiding gives them. */
const TELLTALES =
  'ignore disregard instruction instructions system-prompt previous password secret token execute reveal assistant without-asking api-key forward send'
    .split(' ')
    .map((words) => words.replace('-', ' '));
const anyWord = (words: readonly string[]): RegExp => new RegExp(`\\b(?:${words.join('|')})\\b`, 'i');
const ROTATED_TELLTALE = anyWord(TELLTALES.map(rot13));
const REVERSED_TELLTALE = anyWord(TELLTALES.map((word) => [...word].reverse().join('')));

function isReadable(text: string): boolean {
  if (text.length < MIN_DECODED || text.includes('\uFFFD')) return false;
  const readable = text.match(/[\p{L}\p{N}\p{P}\p{Zs}\n]/gu)?.length ?? 0;
  return readable / text.length > 0.9 && /\p{L}{3}/u.test(text);
}

function percentDecoded(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (part) =>
    Buffer.from(part.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function rot13(text: string): string {
  return text.replaceAll(/[a-z]/gi, (char) => {
    const base = char <= 'Z' ? 65 : 97;
    return String.fromCharCode(((char.charCodeAt(0) - base + 13) % 26) + base);
  });
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

/**
 * `i g n o r e`, `i.g.n.o.r.e`, `1gn0r3`, `Ignroe`, `ig**no**re` as the words they are; undefined when nothing is spelt
 * that way.
 */
function speltApart(text: string): string | undefined {
  const lines = text.split('\n');
  const written = lines.map(respelt);
  const differs = (at: number): boolean => at in lines && written[at] !== lines[at];
  // The lines before and after belong to what is said.
  const near = written.filter((_line, at) => differs(at) || differs(at - 1) || differs(at + 1));
  return near.length === 0 ? undefined : near.join('\n');
}

function respelt(line: string): string {
  const together = line.replaceAll(
    /(?<![\p{L}\p{N}])[\p{L}\p{N}]([ .\-_*·|])(?:[\p{L}\p{N}]\1){1,400}[\p{L}\p{N}](?![\p{L}\p{N}])/gu,
    (spelt, separator: string) => joined(spelt, separator),
  );
  return (HAS_LEET.test(together) ? withoutLeet(together) : together)
    .replaceAll(/[*_~`|]{1,3}(?=\p{L})|(?<=\p{L})[*_~`|]{1,3}/gu, '')
    .replaceAll(/\b[a-z]{5,16}\b/gi, withoutSlip);
}
