/** Comparing what was said already with what is to be said. Pure. */

const FENCE_LINE = /^[ \t]*(?:`{3,}|~{3,}).*$/gm;

/** Two texts with the same word say the same: white space and the ends of fences, which cutting adds, do not count. */
export function squash(text: string): string {
  return text.replace(FENCE_LINE, '').replace(/\s+/g, '');
}

/**
 * Takes what was said off the front of texts: whole ones disappear, the first one that goes on keeps its rest. A text
 * that was not said that way is kept whole, with all that follow: better said twice than not at all.
 */
export function withoutSaid(texts: readonly string[], said: readonly string[]): readonly string[] {
  let left = squash(said.join('\n'));
  return texts.map((text) => {
    const whole = squash(text);
    if (left === '' || whole === '') return text;
    if (left.startsWith(whole)) {
      left = left.slice(whole.length);
      return '';
    }
    const rest = whole.startsWith(left) ? restAfter(text, left) : text;
    left = '';
    return rest;
  });
}

/** The part of a text behind what was said; the whole when the cut is inside of a fence line. */
function restAfter(text: string, said: string): string {
  for (let at = 0; at <= text.length; at += 1) {
    if (/\S/.test(text.charAt(at)) && squash(text.slice(0, at)) === said) return text.slice(at);
  }
  return text;
}
