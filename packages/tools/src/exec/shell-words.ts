/** Words of one program, quotes and escapes resolved as a shell does, nothing expanded. */
export function shellWords(segment: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let at = 0; at < segment.length; at += 1) {
    const char = segment[at] ?? '';
    const next = segment[at + 1] ?? '';
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word += char;
    } else if (quote === '"') {
      const escaped = char === '\\' && next !== '' && '\\"$`\n'.includes(next);
      if (char === '"') quote = undefined;
      else word += escaped ? next : char;
      if (escaped) at += 1;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (char === '\\') {
      word = (word ?? '') + next;
      at += 1;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A word that a shell takes as it is: nothing in it is expanded. */
export function quoteWord(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
