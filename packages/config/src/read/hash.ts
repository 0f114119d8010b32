import { createHash } from 'node:crypto';

/** SHA-256 of the text in lower-case hex; a missing file counts as empty text (reference config/config.md §3). */
export function configHash(raw: string | null): string {
  return createHash('sha256')
    .update(raw ?? '')
    .digest('hex');
}
