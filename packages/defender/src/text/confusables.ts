/** Letters of other alphabets that look like Latin ones; the ones that are used to hide words (Unicode TR39, a selection). */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аɑαａ𝐚ạȧ',
  b: 'ЬƄｂ',
  c: 'сϲⅽｃ',
  d: 'ԁⅾɗｄ',
  e: 'еҽеｅėẹ',
  f: 'ｆẝ',
  g: 'ɡցｇġ',
  h: 'һհｈḥ',
  i: 'іɩιıⅰｉịí',
  j: 'јϳｊ',
  k: 'κкｋ',
  l: 'ⅼｌӏḷⲓ',
  m: 'ⅿｍṃ',
  n: 'ոռｎṇп',
  o: 'оοσօｏọȯ',
  p: 'рρｐṗ',
  q: 'ԛգｑ',
  r: 'гｒṛ',
  s: 'ѕｓṣꜱ',
  t: 'ｔṭτт',
  u: 'υսｕụ',
  v: 'ѵνⅴｖ',
  w: 'ԝｗẉѡ',
  x: 'хⅹｘ',
  y: 'уүｙỵγ',
  z: 'ｚżẓ',
};

const TABLE: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOKALIKES).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

/** In a text like this a word of look-alikes only is a disguise too. */
const LATIN_SHARE = 0.7;

/** Puts Latin letters in the place of look-alikes, in words that mix alphabets or stand alone among Latin words. */
export function withoutLookalikes(text: string): string {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/[A-Za-z]/g)?.length ?? 0;
  if (latin === 0 || latin === letters) return text;
  const isLatinText = latin / letters > LATIN_SHARE;
  return text.replaceAll(/\p{L}+/gu, (word) => (isDisguised(word, isLatinText) ? written(word) : word));
}

function isDisguised(word: string, isLatinText: boolean): boolean {
  const lower = [...word.toLowerCase()];
  if (!lower.some((char) => TABLE.has(char))) return false;
  return /[A-Za-z]/.test(word) || (isLatinText && lower.every((char) => TABLE.has(char)));
}

function written(word: string): string {
  return [...word]
    .map((char) => {
      const lower = char.toLowerCase();
      const latin = TABLE.get(lower) ?? char;
      return lower === char ? latin : latin.toUpperCase();
    })
    .join('');
}
