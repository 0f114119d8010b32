import type { MediaKind } from './settings.ts';
import type { Understood } from './understand.ts';

const TITLE: Readonly<Record<MediaKind, string>> = { image: 'Image', audio: 'Audio', video: 'Video' };

/** The body of a message with the words for its attachments (reference agent/models.md §10). */
export function withUnderstood(text: string, understood: readonly Understood[]): string {
  if (understood.length === 0) return text;
  const counts = new Map<MediaKind, number>();
  const sections = understood.map(({ kind, text: words }) => {
    const index = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, index);
    const total = understood.filter((one) => one.kind === kind).length;
    const heading = total > 1 ? `[${TITLE[kind]} ${index}/${total}]` : `[${TITLE[kind]}]`;
    // With one attachment the person's words stand inside its section, with several before all of them.
    const said = understood.length === 1 && text.trim() !== '' ? ['User text:', text] : [];
    return [heading, ...said, kind === 'audio' ? 'Transcript:' : 'Description:', words].join('\n');
  });
  const before = understood.length > 1 && text.trim() !== '' ? [`User text:\n${text}`] : [];
  return [...before, ...sections].join('\n\n');
}
