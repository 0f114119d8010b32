import type { AllowlistSyntax } from '../contract/adapter.ts';
import type { InboundSender } from '../contract/inbound.ts';

/** Lists of people in settings: ids as texts or numbers, or `*` for anybody. Pure. */

export const ANYBODY = '*';

/** The entries as written, trimmed; undefined when the setting is no list. */
export function entriesOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((entry) => {
    const text = typeof entry === 'string' || typeof entry === 'number' ? String(entry).trim() : '';
    return text === '' ? [] : [text];
  });
}

/** How a list knows a sender: by name, because it takes anybody, or not at all. */
export type Listing = 'named' | 'anybody' | 'missing';

/** Entries that the channel cannot read match nobody; they still make the list one that has entries. */
export function listingOf(entries: readonly string[], sender: InboundSender, syntax: AllowlistSyntax): Listing {
  const writings = new Set(syntax.writingsOf(sender));
  const isNamed = entries.some((entry) => {
    const canonical = entry === ANYBODY ? undefined : syntax.readEntry(entry);
    return canonical !== undefined && writings.has(canonical);
  });
  if (isNamed) return 'named';
  return entries.includes(ANYBODY) ? 'anybody' : 'missing';
}
