import { withoutLookalikes } from './confusables.ts';

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
  const bounded = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS / 2)}\n${text.slice(-MAX_CHARS / 2)}` : text;
  return unfold(bounded, 0);
}

function unfold(text: string, depth: number): readonly Reading[] {
  const folded = plain(text);
  const out: Reading[] = [{ text: folded }];
  const add = (hiddenBy: NonNullable<Reading['hiddenBy']>, found: readonly string[]): void => {
    for (const inner of found) {
      if (depth >= MAX_DEPTH) continue;
      for (const reading of unfold(inner, depth + 1)) out.push({ text: reading.text, hiddenBy });
    }
  };
  add('invisible', tagText(text));
  add('markup', hiddenMarkup(text));
  add('encoding', decodedParts(folded));
  const spelt = speltApart(folded);
  if (spelt !== undefined) out.push({ text: spelt, hiddenBy: 'spelling' });
  return out;
}

/** What a reader would make of it: compatibility forms, marks and look-alikes gone, entities and escapes written out. */
export function plain(text: string): string {
  const visible = text.normalize('NFKC').replaceAll(INVISIBLE, '');
  return withoutLookalikes(withoutCombining(withoutEntities(visible)));
}

/** Marks piled on Latin letters. */
function withoutCombining(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/(?<=[A-Za-z])[\u0300-\u036F]{2,}/g, '')
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
      /\\u\{?([0-9a-f]{4,6})\}?|\\x([0-9a-f]{2})/gi,
      (all, long?: string, short?: string) => fromCodePoint(Number.parseInt(long ?? short ?? '', 16)) ?? all,
    );
}

function fromCodePoint(code: number): string | undefined {
  return Number.isNaN(code) || code > 0x10ffff ? undefined : String.fromCodePoint(code);
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
  const base64 = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) => Buffer.from(part, 'base64').toString('utf8'));
  const hex = [...text.matchAll(/(?:[0-9a-fA-F]{2}[\s:,]?){12,}|(?:0x[0-9a-fA-F]{2}[\s,]*){8,}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) => Buffer.from(part.replaceAll(/0x|[\s:,]/g, ''), 'hex').toString('utf8'));
  const percent = /(?:%[0-9a-f]{2}[\w ]{0,3}){6,}/i.test(text) ? [percentDecoded(text)] : [];
  const binary = [...text.matchAll(/(?:[01]{8}\s?){10,}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) =>
      part.replaceAll(/\s/g, '').replaceAll(/[01]{8}/g, (byte) => String.fromCharCode(Number.parseInt(byte, 2))),
    );
  const decimal = [...text.matchAll(/(?:\b(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])\b[\s,]+){10,}/g)]
    .slice(0, MAX_ENCODED)
    .map(([part]) => part.replaceAll(/\d+[\s,]*/g, (code) => String.fromCharCode(Number.parseInt(code, 10))));
  const rotated = rot13(text);
  const backwards = [...text].reverse().join('');
  return [
    ...[...base64, ...hex, ...percent, ...binary, ...decimal].filter(isReadable),
    ...(TELLTALE.test(rotated) ? [rotated] : []),
    ...(TELLTALE.test(backwards) ? [backwards] : []),
  ];
}

/** Words of which one at least is in every instruction worth hiding. */
const TELLTALE =
  /\b(?:ignore|disregard|instructions?|system prompt|previous|password|secret|token|execute|reveal|assistant|without asking|api key|forward|send)\b/i;

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

/** `i g n o r e`, `i.g.n.o.r.e`, `1gn0r3` as the words they are; undefined when nothing is spelt that way. */
function speltApart(text: string): string | undefined {
  const joined = text.replaceAll(
    /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}][ .\-_*·|]){3,}[\p{L}\p{N}](?![\p{L}\p{N}])/gu,
    (spelt) => spelt.replaceAll(/[ .\-_*·|]/g, ''),
  );
  const spoken = joined.replaceAll(/(?<![\w.@])(?!\w*@\w+\.)(?=[a-z@$!]*[0-9@$!][\w@$!]*[a-z])[\w@$!]{4,}/gi, (word) =>
    word.replaceAll(/[013457@$!]/g, (char) => LEET[char] ?? char),
  );
  const glued = spoken.replaceAll(/(?<=\p{L})[*_~`|](?=\p{L})/gu, '');
  return glued === text ? undefined : glued;
}
