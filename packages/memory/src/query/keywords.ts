import { wordsOf } from './fts-query.ts';

/** Words that say nothing about what is looked for, in English and Chinese (reference agent/automation.md §5.3). */
const STOP_WORDS_EN =
  'a an and are as at about after all also am any be been before but by can could did do does for from get got had has have he her here him his how i if in into is it its just know let like me more my no not of on or our please said say she should so some tell than that the their them then there these they thing things this those to up us was we were what when where which who whom why will with would you your';
const STOP_WORDS_ZH =
  '的 了 是 在 我 你 他 她 它 们 我们 你们 他们 这 那 这个 那个 有 和 与 或 不 吗 呢 吧 啊 什么 怎么 为什么 哪 哪里 谁 请 一下 一个 关于 之前 告诉 说 都 也 就 要 会 能 可以';
const STOP_WORDS: ReadonlySet<string> = new Set([...STOP_WORDS_EN.split(' '), ...STOP_WORDS_ZH.split(' ')]);

const HAN = /\p{Script=Han}/u;
const HAN_RUN = /\p{Script=Han}+/gu;
const KEYWORDS_MAX = 24;

export interface Keywords {
  /** Words between separators; the full-text index knows them. */
  readonly words: readonly string[];
  /** Pieces of text without separators; they are looked for inside the text. */
  readonly pieces: readonly string[];
}

/** A run of Chinese in pairs of signs, which is about the length of a word; a single sign stays. */
function pairsOf(run: string): readonly string[] {
  const signs = [...run];
  if (signs.length <= 2) return [run];
  return signs.slice(0, -1).map((sign, index) => sign + (signs[index + 1] ?? ''));
}

function withoutStopWords(words: readonly string[]): readonly string[] {
  return [...new Set(words)].filter((word) => !STOP_WORDS.has(word)).slice(0, KEYWORDS_MAX);
}

/** The words of a question that are worth looking for; all of them when it is made of stop words only. */
export function keywordsOf(question: string): Keywords {
  const plain = question.toLowerCase();
  const words = wordsOf(plain).filter((word) => !HAN.test(word));
  const telling = withoutStopWords(words);
  const pieces = withoutStopWords((plain.match(HAN_RUN) ?? []).flatMap(pairsOf));
  const isEmpty = telling.length + pieces.length === 0;
  return { words: isEmpty ? words.slice(0, KEYWORDS_MAX) : telling, pieces };
}
