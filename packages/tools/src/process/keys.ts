const ESC = '\x1b';
const ENTER = '\r';
const PASTE_START = `${ESC}[200~`;
const PASTE_END = `${ESC}[201~`;

/** Keys with a fixed sequence, by lower-case name as tmux spells them. */
const FIXED: Readonly<Record<string, string>> = {
  enter: ENTER,
  return: ENTER,
  tab: '\t',
  escape: ESC,
  esc: ESC,
  space: ' ',
  bspace: '\x7f',
  backspace: '\x7f',
  btab: `${ESC}[Z`,
  f1: `${ESC}OP`,
  f2: `${ESC}OQ`,
  f3: `${ESC}OR`,
  f4: `${ESC}OS`,
  f5: `${ESC}[15~`,
  f6: `${ESC}[17~`,
  f7: `${ESC}[18~`,
  f8: `${ESC}[19~`,
  f9: `${ESC}[20~`,
  f10: `${ESC}[21~`,
  f11: `${ESC}[23~`,
  f12: `${ESC}[24~`,
};
/** Keys `ESC [ <letter>`; with modifiers `ESC [ 1 ; <code> <letter>`. */
const LETTERED: Readonly<Record<string, string>> = { up: 'A', down: 'B', right: 'C', left: 'D' };
/** Keys `ESC [ <number> ~`; with modifiers `ESC [ <number> ; <code> ~`. */
const NUMBERED: Readonly<Record<string, number>> = {
  home: 1,
  ic: 2,
  insert: 2,
  dc: 3,
  delete: 3,
  end: 4,
  ppage: 5,
  pageup: 5,
  pgup: 5,
  npage: 6,
  pagedown: 6,
  pgdn: 6,
};

interface Modifiers {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

function splitModifiers(key: string): { readonly base: string; readonly modifiers: Modifiers } {
  const held = { ctrl: false, alt: false, shift: false };
  let base = key;
  for (;;) {
    const prefix = /^([CMS])-(.+)$/i.exec(base);
    if (prefix === null) break;
    const letter = prefix[1]?.toUpperCase();
    if (letter === 'C') held.ctrl = true;
    if (letter === 'M') held.alt = true;
    if (letter === 'S') held.shift = true;
    base = prefix[2] ?? '';
  }
  const caret = /^\^(.)$/.exec(base);
  if (caret?.[1] !== undefined) return { base: caret[1], modifiers: { ...held, ctrl: true } };
  return { base, modifiers: held };
}

function modifierCode({ ctrl, alt, shift }: Modifiers): number {
  return 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (ctrl ? 4 : 0);
}

/** The control character of a key, e.g. 0x01 for `a`; undefined where there is none. */
function controlCharacter(key: string): string | undefined {
  if (key === '?') return '\x7f';
  if (key.toLowerCase() === 'space' || key === '@') return '\0';
  const code = key.length === 1 ? key.toUpperCase().charCodeAt(0) : 0;
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code - 0x40) : undefined;
}

/** The bytes of one key; a name that is none is typed as it is. */
function encodeKey(key: string): string {
  const { base, modifiers } = splitModifiers(key);
  const name = base.toLowerCase();
  const code = modifierCode(modifiers);
  const letter = LETTERED[name];
  if (letter !== undefined) return code === 1 ? `${ESC}[${letter}` : `${ESC}[1;${code}${letter}`;
  const number = NUMBERED[name];
  if (number !== undefined) return code === 1 ? `${ESC}[${number}~` : `${ESC}[${number};${code}~`;
  if (name === 'tab' && modifiers.shift) return `${ESC}[Z`;
  const meta = modifiers.alt ? ESC : '';
  if (modifiers.ctrl) {
    const control = controlCharacter(base);
    if (control !== undefined) return meta + control;
  }
  const fixed = FIXED[name];
  if (fixed !== undefined) return meta + fixed;
  if (code === 1) return key;
  return base.length === 1 ? meta + (modifiers.shift ? base.toUpperCase() : base) : key;
}

function hexByte(text: string): number | undefined {
  const digits = text.trim().toLowerCase().replace(/^0x/, '');
  return /^[0-9a-f]{1,2}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** What `send-keys` types, and what it could not read: literal text, then hex bytes, then named keys (reference agent/tools.md §5). */
export function encodeKeys(input: {
  readonly literal?: string;
  readonly hex: readonly string[];
  readonly keys: readonly string[];
}): { readonly data: string; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  let data = input.literal ?? '';
  for (const entry of input.hex) {
    const byte = hexByte(entry);
    if (byte === undefined) warnings.push(`Invalid hex byte: ${entry}`);
    else data += String.fromCharCode(byte);
  }
  for (const key of input.keys) data += encodeKey(key);
  return { data, warnings };
}

/** Text as a terminal marks what was pasted, so that programs do not run it line by line. */
export function bracketedPaste(text: string): string {
  return `${PASTE_START}${text}${PASTE_END}`;
}
