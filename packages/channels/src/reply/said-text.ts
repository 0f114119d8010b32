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
    const rest = whole.startsWith(left) ? restAfter(text, left.length) : text;
    left = '';
    return rest;
  });
}

/** The part of a text behind its first `count` characters that count; a fence that is open there is opened again. */
function restAfter(text: string, count: number): string {
  let left = count;
  let open: string | undefined;
  let at = 0;
  for (const line of text.split('\n')) {
    const end = at + line.length;
    if (/^[ \t]*(?:`{3,}|~{3,})/.test(line)) {
      if (left === 0 && open === undefined) return text.slice(at);
      open = open === undefined ? line : undefined;
    } else {
      for (let index = at; index < end; index += 1) {
        if (/\s/.test(text.charAt(index))) continue;
        if (left === 0) return open === undefined ? text.slice(index) : `${open}\n${text.slice(index)}`;
        left -= 1;
      }
    }
    at = end + 1;
  }
  return '';
}
