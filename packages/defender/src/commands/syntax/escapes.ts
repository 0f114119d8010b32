/** Text outside quotes: a backslash takes the meaning from the next character, and a line end after it goes. */
export function unescapeWord(text: string): string {
  return text.replaceAll(/\\(\n|[\s\S])/g, (_all, next: string) => (next === '\n' ? '' : next));
}

/** Text in double quotes: a backslash escapes only `$`, a backtick, `"`, `\` and a line end. */
export function unescapeDoubleQuoted(text: string): string {
  return text.replaceAll(/\\([$`"\\\n])/g, (_all, next: string) => (next === '\n' ? '' : next));
}

const NAMED: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Text in `$'…'`. */
export function unescapeAnsiC(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|([\s\S]))/g,
    (_all, hex?: string, short?: string, long?: string, octal?: string, other?: string) => {
      const digits = hex ?? short ?? long;
      if (digits !== undefined) return codePoint(Number.parseInt(digits, 16));
      if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
      return NAMED[other ?? ''] ?? other ?? '';
    },
  );
}

const MAX_CODE_POINT = 0x10ffff;

function codePoint(value: number): string {
  return value > MAX_CODE_POINT ? '' : String.fromCodePoint(value);
}
