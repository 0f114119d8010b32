import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '../call/arguments.ts';

/** A picture or recording that a node sent along with its answer. */
export interface NodeMedia {
  readonly base64: string;
  /** As file names have it. */
  readonly extension: string;
}

const PRIVATE_FILE = 0o600;

/** Reads `{format, base64}` of a payload. Throws for anything else; a link is not followed. */
export function readMedia(payload: unknown, what: string): NodeMedia {
  const fields = isRecord(payload) ? payload : {};
  const format = typeof fields.format === 'string' ? fields.format.trim().toLowerCase() : '';
  if (!/^[a-z0-9]{2,5}$/.test(format)) throw new Error(`invalid ${what} payload`);
  if (typeof fields.base64 !== 'string' || fields.base64 === '') {
    throw new Error(`invalid ${what} payload: the node sent no data in its answer, and links are not followed`);
  }
  return { base64: fields.base64, extension: format === 'jpeg' ? 'jpg' : format };
}

/** Keeps it as `<tmpdir>/openclaw-<kind>-<uuid>.<extension>` or at `outPath`; returns the path. */
export async function saveMedia(media: NodeMedia, kind: string, outPath?: string): Promise<string> {
  const path = outPath ?? join(tmpdir(), `openclaw-${kind}-${randomUUID()}.${media.extension}`);
  await writeFile(path, Buffer.from(media.base64, 'base64'), { mode: PRIVATE_FILE });
  return path;
}
