/**
 * Cuts plain text into pieces of at most `limit` UTF-16 units: at the last line break that fits, else at the last
 * white space, never inside parentheses unless there is no other way. White space at a cut is dropped. Pure.
 */
export function chunkText(text: string, limit: number): readonly string[] {
  if (text === '') return [];
  if (limit <= 0) return [text];
  const chunks: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const cut = softCut(rest.slice(0, limit)) ?? hardCut(rest, limit);
    const chunk = rest.slice(0, cut).trimEnd();
    if (chunk !== '') chunks.push(chunk);
    rest = rest.slice(cut).trimStart();
  }
  return rest === '' ? chunks : [...chunks, rest];
}

/** The place of the last line break of a window, else of the last white space; undefined when there is none. */
export function softCut(window: string, isAllowed: (at: number) => boolean = () => true): number | undefined {
  let newline: number | undefined;
  let space: number | undefined;
  let depth = 0;
  for (let at = 0; at < window.length; at += 1) {
    if (!isAllowed(at)) continue;
    const char = window.charAt(at);
    if (char === '(') depth += 1;
    else if (char === ')') depth = Math.max(0, depth - 1);
    if (depth > 0 || at === 0) continue;
    if (char === '\n') newline = at;
    else if (/\s/.test(char)) space = at;
  }
  return newline ?? space;
}

/** `limit`, or one less where it would tear a surrogate pair apart. */
export function hardCut(text: string, limit: number): number {
  const tears = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(limit));
  return tears && limit > 1 ? limit - 1 : limit;
}
