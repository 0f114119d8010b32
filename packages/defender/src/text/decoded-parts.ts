import { gunzipSync, inflateSync } from 'node:zlib';
import { codedLetters } from './coded-letters.ts';
import { runsOf } from './runs.ts';
import { scatteredWords } from './scattered-words.ts';

/** Encoded parts looked at of one kind. */
const MAX_ENCODED = 24;
const MIN_DECODED = 12;

/** What is encoded in a text: base64, base32, hexadecimal, percent form, quoted-printable, numbers, backwards, upside down, other letters. */
export function decodedParts(text: string): readonly string[] {
  const base64 = runsOf(text, isBase64Char, MIN_BASE64, MAX_ENCODED).map(readableFromBase64);
  const wrapped = endsLinesInBase64(text)
    ? [...text.matchAll(/(?:[A-Za-z0-9+/]{16,100}\r?\n){2,400}[A-Za-z0-9+/]{0,100}={0,2}/g)]
        .slice(0, MAX_ENCODED)
        .map(([part]) => fromBase64(part))
    : [];
  const hex = [...text.matchAll(/(?:[0-9a-fA-F]{2}[\s:,-]?){12,}|(?:0x[0-9a-fA-F]{2}[\s,]*){8,}/g)]
    .slice(0, MAX_ENCODED)
    // Words such as `be` and `decade` beside it are no part of it.
    .map(([part]) =>
      Buffer.from(part.replaceAll(/0x|[\s:,-]/g, ''), 'hex')
        .toString('utf8')
        .replaceAll(/^\uFFFD+|\uFFFD+$/g, ''),
    );
  const percent = /(?:%[0-9a-f]{2}[\w .,'-]{0,24}){4,}/i.test(text) ? [percentDecoded(text)] : [];
  const quoted = /(?:=[0-9A-F]{2}[\w .,'-]{0,24}){8}/.test(text) ? [quotedDecoded(text)] : [];
  const binary = [...text.matchAll(/(?:[01]{8}\s?){10,}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) =>
      part.replaceAll(/\s/g, '').replaceAll(/[01]{8}/g, (byte) => String.fromCharCode(Number.parseInt(byte, 2))),
    );
  const decimal = [...text.matchAll(/(?:\b(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])\b[\s,]+){10,}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) => part.replaceAll(/\d+[\s,]*/g, (code) => String.fromCharCode(Number.parseInt(code, 10))));
  const apart = [...text.matchAll(/(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{2,12} ){6,400}[A-Za-z0-9+/]{2,12}={0,2}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) => fromBase64(part.replaceAll(' ', '')));
  const base32 = [...text.matchAll(/\b[A-Z2-7]{24,4000}={0,6}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) => fromBase32(part));
  const backwards = REVERSED_TELLTALE.test(text) ? [reversed(text)] : [];
  const upright = UPSIDE_DOWN.test(text) ? [turned(reversed(text))] : [];
  return [
    ...[...base64, ...wrapped, ...apart, ...base32, ...hex, ...percent, ...quoted, ...binary, ...decimal].filter(
      isReadable,
    ),
    ...upright,
    ...codedLetters(text),
    ...scatteredWords(text),
    ...shifted(text),
    ...(ROTATED_TELLTALE.test(text) ? [rot13(text)] : []),
    ...backwards,
  ];
}

/** As it stands, backwards, or with its letters rotated: the first that can be read. */
function readableFromBase64(part: string): string {
  const plain = fromBase64(part);
  if (isReadable(plain)) return plain;
  return [fromBase64(reversed(part)), fromBase64(rot13(part))].find(isReadable) ?? plain;
}

const MAX_UNPACKED_BYTES = 65_536;

/** What is packed in bytes that begin as gzip or zlib do; the bytes themselves otherwise. */
function unpacked(bytes: Buffer): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip && bytes[0] !== 0x78) return bytes;
  try {
    return (isGzip ? gunzipSync : inflateSync)(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch {
    // Not packed after all, or more than is looked at.
    return bytes;
  }
}

/** Windows writes two bytes a letter. */
function fromBase64(part: string): string {
  const bytes = unpacked(Buffer.from(part, 'base64'));
  return bytes.length > 3 && bytes[1] === 0 && bytes[3] === 0 ? bytes.toString('utf16le') : bytes.toString('utf8');
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(part: string): string {
  const bits = [...part.replaceAll('=', '')].map((char) => BASE32.indexOf(char).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/[01]{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))).toString('utf8');
}

const TURNED = 'ɐaɔcǝeɟfƃgɥhᴉiɾjʞkɯmɹrʇtʌvʍwʎy';
const UPSIDE_DOWN = /[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ](?:[^ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]{0,12}[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ]){5}/;
const BOTH_WAYS: Readonly<Record<string, string>> = { b: 'q', q: 'b', d: 'p', p: 'd', n: 'u', u: 'n' };

function turned(text: string): string {
  return text.replaceAll(/\p{L}/gu, (char) => {
    const at = TURNED.indexOf(char);
    return at >= 0 && at % 2 === 0 ? (TURNED[at + 1] ?? char) : (BOTH_WAYS[char] ?? char);
  });
}

/** Words that are in nearly every text of the languages that are written in Latin letters. */
const ORDINARY =
  /\b(?:the|and|is|of|to|in|for|you|der|die|und|ist|le|la|les|de|et|el|en|que|un|il|di|van|een|w|na|se|je|i|o|a|na|ve|bir|yang|dan|my|your)\b/i;
const MAX_SHIFTED_CHARS = 1_000;

/** Letters moved in a text, or in a part of one that has been announced. */
function shifted(text: string): readonly string[] {
  if (text.length > MAX_SHIFTED_CHARS) return [];
  const whole = shiftedWords(text);
  return whole.length > 0
    ? whole
    : text
        .split(/[:\n"“”„()<>[\]{}]/)
        .slice(0, MAX_ENCODED)
        .flatMap(shiftedWords);
}

/** Every letter moved by as many places, or the alphabet turned round, in a text of which no word is one. */
function shiftedWords(text: string): readonly string[] {
  if (
    text.length > MAX_SHIFTED_CHARS ||
    !/^(?=(?:[^a-z]*[a-z]){12})[\x20-\x7e\n]{12,}$/i.test(text) ||
    ORDINARY.test(text)
  )
    return [];
  const moves = new Set(
    [...text.matchAll(/[a-z]{4,16}/gi)].flatMap(([word]) => MOVES_OF.get(word.toLowerCase()) ?? []),
  );
  return [...moves]
    .map((move) => moved(text, move))
    .filter((written) => TELLTALE.test(written) && ORDINARY.test(written));
}

/** A letter's place in the alphabet becomes another one. */
type Move = (place: number) => number;

function moved(text: string, move: Move): string {
  return text.replaceAll(/[a-z]/gi, (char) => {
    const base = char <= 'Z' ? 65 : 97;
    return String.fromCharCode(move(char.charCodeAt(0) - base) + base);
  });
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
  'ignore disregard instruction instructions system-prompt previous password passwords secret secrets token execute reveal assistant without-asking api-key forward send'
    .split(' ')
    .map((words) => words.replace('-', ' '));
const MOVES: readonly Move[] = [
  ...Array.from(
    { length: 25 },
    (_, by): Move =>
      (place) =>
        (place + by + 1) % 26,
  ),
  (place) => 25 - place,
];
/** The telltales with their letters moved, and the moves that bring them back. */
const MOVES_OF: ReadonlyMap<string, readonly Move[]> = new Map(
  [
    ...Map.groupBy(
      MOVES.flatMap((move) =>
        TELLTALES.filter((word) => !word.includes(' ')).map((word) => ({ seen: unmoved(word, move), move })),
      ),
      ({ seen }) => seen,
    ),
  ].map(([seen, found]) => [seen, found.map(({ move }) => move)]),
);

/** The word that a move turns into this one. */
function unmoved(word: string, move: Move): string {
  const from = Array.from({ length: 26 }, (_, place) => move(place));
  return moved(word, (place) => from.indexOf(place));
}

const reversed = (text: string): string => [...text].reverse().join('');
const anyWord = (words: readonly string[]): RegExp => new RegExp(`\\b(?:${words.join('|')})\\b`, 'i');
const ROTATED_TELLTALE = anyWord(TELLTALES.map(rot13));
const TELLTALE = anyWord(TELLTALES);
const REVERSED_TELLTALE = anyWord(TELLTALES.map(reversed));

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

/** Quoted-printable, as mails are written in. */
function quotedDecoded(text: string): string {
  return text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/(?:=[0-9A-F]{2})+/g, (part) => Buffer.from(part.replaceAll('=', ''), 'hex').toString('utf8'));
}

function rot13(text: string): string {
  return text.replaceAll(/[a-z]/gi, (char) => {
    const base = char <= 'Z' ? 65 : 97;
    return String.fromCharCode(((char.charCodeAt(0) - base + 13) % 26) + base);
  });
}
