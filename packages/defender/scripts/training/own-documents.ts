import { glob, readFile } from 'node:fs/promises';
import { createDice } from './dice.ts';
import type { LabelledText } from './labelled-text.ts';

const CHUNK_CHARS = 700;
const CODE_CHUNKS_A_FILE = 1;
const PAGES_A_LIBRARY = 3;

/**
 * This project's own documents and code in pieces, and some of the readmes of the libraries it is installed with:
 * harmless, full of the words that attacks use too, and of a length that is usual for what an assistant reads.
 */
export async function ownDocuments(root: string): Promise<readonly LabelledText[]> {
  const dice = createDice('documents');
  const texts: LabelledText[] = [];
  const add = (pieces: readonly string[], source: string): void => {
    for (const text of pieces) {
      if (text.trim().length > 60) texts.push({ text: text.trim(), isAttack: false, setting: 'data', source });
    }
  };
  for (const file of await filesOf(root, '{README.md,CHANGELOG.md,docs/**/*.md}')) {
    add(paragraphs(await readFile(file, 'utf8')), 'documents');
  }
  for (const file of await filesOf(root, 'node_modules/*/README.md')) {
    const pages = paragraphs(await readFile(file, 'utf8'));
    add(dice.shuffled(pages).slice(0, PAGES_A_LIBRARY), 'readmes');
  }
  for (const file of await filesOf(root, '{packages,apps}/*/src/**/*.ts')) {
    if (/\/defender\/|\/generated\/|\.test\.ts$/.test(file)) continue;
    const code = pieces(await readFile(file, 'utf8'));
    add(dice.shuffled(code).slice(0, CODE_CHUNKS_A_FILE), 'code');
  }
  return texts;
}

async function filesOf(root: string, pattern: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: root })) files.push(`${root}/${file}`);
  return files.toSorted();
}

/** Whole paragraphs, as many as fit. */
function paragraphs(text: string): readonly string[] {
  const chunks: string[] = [];
  let chunk = '';
  for (const paragraph of text.split(/\n\s*\n/)) {
    if (chunk !== '' && chunk.length + paragraph.length > CHUNK_CHARS) {
      chunks.push(chunk);
      chunk = '';
    }
    chunk = `${chunk}\n\n${paragraph}`;
  }
  return [...chunks, chunk];
}

function pieces(text: string): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / CHUNK_CHARS) }, (_, index) =>
    text.slice(index * CHUNK_CHARS, (index + 1) * CHUNK_CHARS),
  );
}
