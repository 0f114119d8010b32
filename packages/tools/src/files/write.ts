import { writeFile } from 'node:fs/promises';
import { rawText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { textResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import { atFile, type FileAccess } from './file-access.ts';

function writeSummary(args: ToolArguments): string | undefined {
  const path = rawText(args, 'path') ?? rawText(args, 'file_path');
  if (!path) return undefined;
  const content = rawText(args, 'content');
  return content ? `to ${path} (${content.length} chars)` : `to ${path}`;
}

/** The `write` tool (reference agent/tools.md ). */
export function createWriteTool(deps: { readonly files: FileAccess }): BuiltInTool {
  return {
    name: 'write',
    description: 'Write a file: creates it and the folders above it, or replaces all of its content.',
    parameters: contractParameters('write'),
    sideEffects: 'possible',
    summary: writeSummary,
    async run(args, context) {
      const path = rawText(args, 'path') ?? '';
      const content = rawText(args, 'content') ?? '';
      await atFile(deps.files, path, 'create', context, async ({ at, writeFlags }) => {
        context.signal.throwIfAborted();
        await writeFile(at, content, { encoding: 'utf8', flag: writeFlags });
      });
      return textResult(`Successfully wrote ${content.length} bytes to ${path}`);
    },
  };
}
