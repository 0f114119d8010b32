/**
 * The longest stretches of characters that `holds` accepts, `atLeast` long, in their order, `most` at the most. Looks at
 * every `atLeast`-th character only: no stretch of that length fits between two of them.
 */
export function runsOf(
  text: string,
  holds: (code: number) => boolean,
  atLeast: number,
  most: number,
): readonly string[] {
  const found: string[] = [];
  let after = 0;
  for (let at = atLeast - 1; at < text.length && found.length < most; at += atLeast) {
    if (at < after || !holds(text.charCodeAt(at))) continue;
    let start = at;
    while (start > after && holds(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && holds(text.charCodeAt(end))) end += 1;
    if (end - start >= atLeast) found.push(text.slice(start, end));
    after = end;
  }
  return found;
}
