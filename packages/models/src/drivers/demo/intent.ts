/** What a person asks the demonstration for. It understands a handful of phrases, no more. */
export type DemoIntent =
  | {
      readonly kind: 'tool';
      readonly tool: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly purpose: string;
    }
  | { readonly kind: 'recall' }
  | { readonly kind: 'talk' };

const MEMORY_FILE = 'MEMORY.md';

/** Reads a phrase. `text` is what the person wrote, without envelope or stamp. */
export function readIntent(text: string): DemoIntent {
  const words = text
    .trim()
    .replace(/^(?:please|hey|hi|ok|can you|could you|would you)[,\s]+/i, '')
    .replace(/\s*[?!.]+$/, '');
  return rememberIntent(words) ?? fileIntent(words) ?? commandIntent(words) ?? recallIntent(words) ?? { kind: 'talk' };
}

function rememberIntent(words: string): DemoIntent | undefined {
  const fact = /^(?:remember|note|memori[sz]e)(?:\s+that)?[:\s]+(.+)$/is.exec(words)?.[1]?.trim();
  if (fact === undefined) {
    if (!/\bwhat (?:do|did) you (?:remember|know|note)/i.test(words)) return undefined;
    return { kind: 'tool', tool: 'read', args: { path: MEMORY_FILE }, purpose: `This is what ${MEMORY_FILE} holds:` };
  }
  const line = `- ${fact.replace(/\s+/g, ' ')}`;
  const command = `printf '%s\\n' ${shellQuote(line)} >> ${MEMORY_FILE}`;
  return {
    kind: 'tool',
    tool: 'exec',
    args: { command },
    purpose: `I added a line to ${MEMORY_FILE}: "${line.slice(2)}".`,
  };
}

function fileIntent(words: string): DemoIntent | undefined {
  const written = /^(?:write|save|put)\s+(.+?)\s+(?:to|into|in)\s+(?:the\s+|a\s+)?(?:file\s+)?(\S+)$/is.exec(words);
  if (written?.[1] !== undefined && written[2] !== undefined) {
    const [path, content] = [unquote(written[2]), `${unquote(written[1])}\n`];
    return { kind: 'tool', tool: 'write', args: { path, content }, purpose: `I wrote ${path}.` };
  }
  const read = /^(?:read|open|cat|show(?:\s+me)?)\s+(?:the\s+)?(?:file\s+)?(\S*[./]\S*|[A-Z][A-Z_]+)$/i.exec(
    words,
  )?.[1];
  if (read === undefined) return undefined;
  const path = unquote(read);
  return { kind: 'tool', tool: 'read', args: { path }, purpose: `This is ${path}:` };
}

function commandIntent(words: string): DemoIntent | undefined {
  const isListing = /^(?:list|show|what|which)\b.*\b(?:files?|folder|directory)\b/is.test(words) || /^ls$/i.test(words);
  const command = isListing ? 'ls -la' : unquote(/^(?:run|execute|exec)\s+(.+)$/is.exec(words)?.[1] ?? '');
  if (command === '') return undefined;
  return { kind: 'tool', tool: 'exec', args: { command }, purpose: `I ran \`${command}\`. It said:` };
}

function recallIntent(words: string): DemoIntent | undefined {
  return /\bwhat (?:did|have) i (?:say|said|write|wrote|written|tell|told|ask|asked)\b/i.test(words)
    ? { kind: 'recall' }
    : undefined;
}

function unquote(text: string): string {
  return text.trim().replace(/^(["'`])([\s\S]*)\1$/, '$2');
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
