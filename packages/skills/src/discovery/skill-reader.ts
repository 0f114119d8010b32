import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { DocumentReading } from '../frontmatter/read-skill-document.ts';
import { readSkillDocument } from '../frontmatter/read-skill-document.ts';
import type { Skill, SkillSource } from '../skill.ts';

export type SkillReading =
  | { readonly ok: true; readonly skill: Skill }
  | { readonly ok: false; readonly problem: string };

/** Reads SKILL.md files; a file that has not changed is not read again. */
export interface SkillReader {
  read(filePath: string, source: SkillSource, maxBytes: number): Promise<SkillReading>;
}

/** Files whose reading is kept; the oldest goes first. */
const KEPT_READINGS = 2_000;

export function createSkillReader(): SkillReader {
  const known = new Map<string, { readonly stamp: string; readonly reading: DocumentReading }>();
  return {
    async read(filePath, source, maxBytes) {
      const facts = await stat(filePath).catch(() => undefined);
      if (facts === undefined) return { ok: false, problem: 'it is gone' };
      if (facts.size > maxBytes) return { ok: false, problem: `it is larger than ${maxBytes} bytes` };
      const stamp = `${facts.mtimeMs}:${facts.size}:${facts.ino}`;
      const kept = known.get(filePath);
      const reading = kept?.stamp === stamp ? kept.reading : await readDocument(filePath, maxBytes);
      known.delete(filePath);
      known.set(filePath, { stamp, reading });
      const [oldest] = known.size > KEPT_READINGS ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
      return reading.ok ? { ok: true, skill: skillOf(reading.document, filePath, source) } : reading;
    },
  };
}

async function readDocument(filePath: string, maxBytes: number): Promise<DocumentReading> {
  try {
    return await readSkillDocument(await readHead(filePath, maxBytes));
  } catch (error) {
    return { ok: false, problem: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** At most `maxBytes`, however much the file has grown since somebody looked at its size. */
async function readHead(filePath: string, maxBytes: number): Promise<string> {
  await using file = await open(filePath);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
  return buffer.toString('utf8', 0, bytesRead);
}

function skillOf(document: Extract<DocumentReading, { ok: true }>['document'], filePath: string, source: SkillSource) {
  const baseDir = dirname(filePath);
  const name = document.name ?? basename(baseDir);
  return { ...document, name, skillKey: document.metadata.skillKey ?? name, source, filePath, baseDir };
}
