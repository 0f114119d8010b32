import type { Embedder } from './embedder.ts';

/** A provider refuses requests that are longer, counted generously at four characters a token. */
const REQUEST_MAX_TOKENS = 8_000;
const CHARS_PER_TOKEN = 4;
const REQUEST_MAX_TEXTS = 100;
const PARALLEL = 4;

interface Text {
  readonly hash: string;
  readonly text: string;
}

/** Texts in groups that fit into a request each. */
function groupsOf(texts: readonly Text[]): readonly (readonly Text[])[] {
  const groups: Text[][] = [];
  let tokens = 0;
  for (const entry of texts) {
    const size = Math.ceil(entry.text.length / CHARS_PER_TOKEN);
    const group = groups.at(-1);
    if (group === undefined || tokens + size > REQUEST_MAX_TOKENS || group.length >= REQUEST_MAX_TEXTS) {
      groups.push([entry]);
      tokens = size;
      continue;
    }
    group.push(entry);
    tokens += size;
  }
  return groups;
}

/** Turns texts into vectors, four requests at a time, and hands every group over as soon as it is there. */
export async function embedTexts(
  embedder: Embedder,
  texts: readonly Text[],
  keep: (embedded: readonly { readonly hash: string; readonly vector: readonly number[] }[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = groupsOf(texts).values();
  const work = async (): Promise<void> => {
    for (const group of waiting) {
      signal.throwIfAborted();
      const vectors = await embedder.texts(
        group.map(({ text }) => text),
        signal,
      );
      await keep(group.map(({ hash }, index) => ({ hash, vector: vectors[index] ?? [] })));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}
