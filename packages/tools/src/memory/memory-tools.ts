import { optionalNumber, requiredText } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { errorMessage, isAbort } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { MemoryPiece, MemoryRoom } from '../rooms/memory.ts';
import { fieldSummary } from '../sessions/summary.ts';

/** The plugin the tools belong to; policies know them by that name too. */
export const MEMORY_PLUGIN = 'memory-core';

const isShared = (sessionKey: string): boolean => /:(?:group|channel):/.test(sessionKey);

/** A piece with the place it comes from, also in its text, so that an answer can name it. */
function cited(piece: MemoryPiece): MemoryPiece & { readonly citation: string } {
  const lines = piece.startLine === piece.endLine ? `L${piece.startLine}` : `L${piece.startLine}-L${piece.endLine}`;
  const citation = `${piece.path}#${lines}`;
  return { ...piece, snippet: `${piece.snippet.trim()}\n\nSource: ${citation}`, citation };
}

/** `memory_search` and `memory_get` (reference agent/tools.md §6, agent/automation.md §5.5); none without a memory. */
export function createMemoryTools(room: MemoryRoom | undefined): readonly BuiltInTool[] {
  if (room === undefined) return [];
  const search: BuiltInTool = {
    name: 'memory_search',
    plugin: MEMORY_PLUGIN,
    description:
      'Look through your notes (MEMORY.md, memory/*.md and configured extra files) for what was decided, done, liked or promised earlier, before you answer about it. Returns the best passages with file and lines; memory_get reads more of them.',
    parameters: contractParameters('memory_search'),
    sideEffects: 'none',
    summary: fieldSummary([['query', 'query']]),
    async run(args, { agentId, sessionKey, signal }) {
      const question = requiredText(args, 'query');
      const maxResults = optionalNumber(args, 'maxResults');
      const minScore = optionalNumber(args, 'minScore');
      try {
        const { citations, results, ...found } = await room.search(agentId, {
          question,
          sessionKey,
          signal,
          ...(maxResults !== undefined && { maxResults }),
          ...(minScore !== undefined && { minScore }),
        });
        const isCited = citations === 'on' || (citations === 'auto' && !isShared(sessionKey));
        return jsonResult({ results: isCited ? results.map(cited) : results, ...found, citations });
      } catch (error) {
        if (isAbort(error, signal)) throw error;
        return jsonResult({ results: [], disabled: true, error: errorMessage(error) });
      }
    },
  };
  const get: BuiltInTool = {
    name: 'memory_get',
    plugin: MEMORY_PLUGIN,
    description:
      'Read part of one of your notes (MEMORY.md, memory/*.md or a configured extra file), for example the lines that memory_search named. Give from and lines to keep it short.',
    parameters: contractParameters('memory_get'),
    sideEffects: 'none',
    summary: fieldSummary([
      ['path', 'path'],
      ['from', 'from'],
      ['lines', 'lines'],
    ]),
    async run(args, { agentId }) {
      const path = requiredText(args, 'path');
      const from = optionalNumber(args, 'from');
      const lines = optionalNumber(args, 'lines');
      const request = { path, ...(from !== undefined && { from }), ...(lines !== undefined && { lines }) };
      return jsonResult(
        await room
          .read(agentId, request)
          .catch((error: unknown) => ({ path, text: '', disabled: true, error: errorMessage(error) })),
      );
    },
  };
  return [search, get];
}
