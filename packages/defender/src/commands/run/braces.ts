const MAX_WORDS = 64;

/** `a{b,c}d` → `abd`, `acd`. Ranges and what would become too many words stay as they are. */
export function expandBraces(text: string): readonly string[] {
  const done: string[] = [];
  const waiting = [text];
  while (waiting.length > 0) {
    const next = waiting.shift() ?? '';
    const match = /\{([^{}]*,[^{}]*)\}/.exec(next);
    if (match?.[1] === undefined) {
      done.push(next);
      continue;
    }
    const before = next.slice(0, match.index);
    const after = next.slice(match.index + match[0].length);
    const choices = match[1].split(',');
    if (done.length + waiting.length + choices.length > MAX_WORDS) return [text];
    waiting.unshift(...choices.map((choice) => `${before}${choice}${after}`));
  }
  return done;
}
