import { ownWords } from './view-items.ts';

const INJECTED = 'Conversation info (untrusted metadata)';

/** The members of a `sessions.list` row that may name a session. */
export interface TitleFacts {
  readonly key: string;
  readonly label?: unknown;
  readonly displayName?: unknown;
  readonly derivedTitle?: unknown;
  readonly lastMessagePreview?: unknown;
}

/** A name a person recognises: what they called it, else their own first words, else the last ones said in it. */
export function sessionTitle(row: TitleFacts): string {
  const candidates = [row.label, row.displayName, row.derivedTitle, row.lastMessagePreview];
  for (const candidate of candidates) {
    if (typeof candidate !== 'string' || candidate.startsWith(INJECTED)) continue;
    const words = ownWords(candidate).trim();
    if (words) return words;
  }
  return row.key.replace(/^agent:main:/, '');
}
