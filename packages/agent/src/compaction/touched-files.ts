import type { TranscriptEntry } from '@chela/store';
import { isRecord } from '../messages/content-parts.ts';

/** The paths that calls of these tools name, as the model wrote them, each once. Pure. */
export function touchedPaths(entries: readonly TranscriptEntry[], tools: ReadonlySet<string>): readonly string[] {
  const paths = entries.flatMap((entry) => {
    const content = entry.type === 'message' && entry.message.role === 'assistant' ? entry.message.content : [];
    return Array.isArray(content) ? content.flatMap((block: unknown) => pathOf(block, tools)) : [];
  });
  return [...new Set(paths)];
}

function pathOf(block: unknown, tools: ReadonlySet<string>): readonly string[] {
  if (!isRecord(block) || block.type !== 'toolCall' || !isRecord(block.arguments)) return [];
  const { path } = block.arguments;
  return typeof block.name === 'string' && tools.has(block.name) && typeof path === 'string' ? [path] : [];
}
