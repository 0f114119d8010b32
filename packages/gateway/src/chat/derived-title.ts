/** A name for a session that has none (reference protocol/methods.json `sessions.list`). Pure. */

const TITLE_MAX_CHARS = 60;
/** A word boundary later than this is preferred over a cut inside a word. */
const BOUNDARY_MIN_CHARS = TITLE_MAX_CHARS * 0.6;
const ID_PREFIX_CHARS = 8;

export interface TitleFacts {
  readonly displayName?: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly updatedAt?: number;
  readonly firstUserText?: string;
}

export function derivedTitle(facts: TitleFacts): string | undefined {
  const named = facts.displayName?.trim() || facts.subject?.trim();
  if (named) return named;
  const words = facts.firstUserText?.replace(/\s+/g, ' ').trim();
  if (words) return shortTitle(words);
  if (!facts.sessionId) return undefined;
  const prefix = facts.sessionId.slice(0, ID_PREFIX_CHARS);
  return facts.updatedAt ? `${prefix} (${new Date(facts.updatedAt).toISOString().slice(0, 10)})` : prefix;
}

function shortTitle(text: string): string {
  if (text.length <= TITLE_MAX_CHARS) return text;
  const head = text.slice(0, TITLE_MAX_CHARS - 1);
  const boundary = head.lastIndexOf(' ');
  return `${boundary > BOUNDARY_MIN_CHARS ? head.slice(0, boundary) : head}…`;
}
