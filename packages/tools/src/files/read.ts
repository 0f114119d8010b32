import { access } from 'node:fs/promises';
import { optionalNumber, rawText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { ResultRoom } from '../rooms/results.ts';
import type { ToolContext, ToolResult } from '../tool.ts';
import { atFile, type FileAccess, type FilePlace } from './file-access.ts';
import { sniffImage } from './image-kind.ts';
import { type ImageLimits, limitImage } from './image-limit.ts';
import { keptResultText } from './kept-result.ts';
import { readText } from './read-text.ts';
import { readWhole } from './read-whole.ts';

/** Larger files are not taken into memory; the model is told to read them piecewise with exec. */
const FILE_MAX_BYTES = 64 * 1024 * 1024;

async function load(place: FilePlace, shown: string, signal: AbortSignal): Promise<Buffer> {
  await access(place.at);
  const tooLarge = (size: number): string =>
    `${shown} is ${size} bytes, more than read can load. Use exec with sed, head or tail instead.`;
  return readWhole(place, { maxBytes: FILE_MAX_BYTES, tooLarge }, signal);
}

type Window = Parameters<typeof readText>[1];

/** The line a tool event shows for a `read`, e.g. `lines 2-3 from notes.txt`. */
function readSummary(args: ToolArguments): string | undefined {
  const path = rawText(args, 'path') ?? rawText(args, 'file_path');
  if (!path) return undefined;
  const offset = typeof args.offset === 'number' ? Math.max(1, Math.floor(args.offset)) : undefined;
  const limit = typeof args.limit === 'number' ? Math.max(1, Math.floor(args.limit)) : undefined;
  if (offset !== undefined && limit !== undefined) {
    return `${limit === 1 ? 'line' : 'lines'} ${offset}-${offset + limit - 1} from ${path}`;
  }
  if (offset !== undefined) return `from line ${offset} in ${path}`;
  if (limit !== undefined) return `first ${limit} ${limit === 1 ? 'line' : 'lines'} of ${path}`;
  return `from ${path}`;
}

function page(whole: string, window: Window, path: string, { contextWindow }: ToolContext): ToolResult {
  const { text, truncation } = readText(whole, window, path, contextWindow);
  return { content: [{ type: 'text', text }], ...(truncation && { details: { truncation } }) };
}

/** The `read` tool (reference agent/tools.md ). */
export function createReadTool(deps: {
  readonly files: FileAccess;
  readonly imageLimits: () => ImageLimits;
  /** Holds results that were too long; absent: there are none. */
  readonly results?: ResultRoom | undefined;
}): BuiltInTool {
  async function image(data: Buffer, context: ToolContext): Promise<ToolResult | undefined> {
    const mimeType = sniffImage(data);
    if (mimeType === undefined) return undefined;
    const note = { type: 'text', text: `Read image file [${mimeType}]` } as const;
    const limited = await limitImage({ data, mimeType }, deps.imageLimits(), context.signal);
    return { content: [note, limited] };
  }

  return {
    name: 'read',
    description:
      'Read a file. Text comes back verbatim, at most 2000 lines or 50 KB a page; png, jpeg, gif and webp files come back as images. For large files use offset (1-based line) and limit. A tool result that was cut is kept whole: its newest is the path tool-result:last.',
    parameters: contractParameters('read'),
    sideEffects: 'none',
    summary: readSummary,
    async run(args, context) {
      const path = rawText(args, 'path') ?? '';
      const window = { offset: optionalNumber(args, 'offset'), limit: optionalNumber(args, 'limit') };
      const kept = await keptResultText(deps.results, path, context);
      if (kept !== undefined) return page(kept, window, path, context);
      const data = await atFile(deps.files, path, 'read', context, (file) => load(file, path, context.signal));
      const picture = await image(data, context);
      if (picture) return picture;
      return page(data.toString('utf8'), window, path, context);
    },
  };
}
