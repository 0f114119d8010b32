import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { rawText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { textResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import { describeEdit } from './edit-diff.ts';
import { findMatch } from './edit-match.ts';
import { atFile, type FileAccess, type FilePlace } from './file-access.ts';
import { readWhole } from './read-whole.ts';

const BOM = '\uFEFF';
/** Larger files are left to exec; an edit holds the file several times in memory. */
const FILE_MAX_BYTES = 16 * 1024 * 1024;
/** Above this size the comparison of old and new would hold up other work; the change is reported without it. */
const DIFF_MAX_CHARS = 512 * 1024;

function toLf(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}

function usesCrlf(text: string): boolean {
  const crlf = text.indexOf('\r\n');
  const lf = text.indexOf('\n');
  return crlf !== -1 && crlf < lf;
}

/**
 * The content after replacing `oldText` by `newText`, byte order mark and line ends kept, with the two texts to compare.
 * Throws the contract's errors (reference agent/tools.md ).
 */
function replaceText(
  content: string,
  oldText: string,
  newText: string,
  path: string,
): { readonly content: string; readonly before: string; readonly after: string } {
  const bom = content.startsWith(BOM) ? BOM : '';
  const body = content.slice(bom.length);
  const before = toLf(body);
  const match = findMatch(before, toLf(oldText));
  if (match.kind === 'missing') {
    throw new Error(
      `Could not find the exact text in ${path}. The old text must match exactly including all whitespace and newlines.`,
    );
  }
  if (match.kind === 'ambiguous') {
    throw new Error(
      `Found ${match.count} occurrences of the text in ${path}. The text must be unique. Please provide more context to make it unique.`,
    );
  }
  const after = before.slice(0, match.start) + toLf(newText) + before.slice(match.end);
  if (after === before) {
    throw new Error(
      `No changes made to ${path}. The replacement produced identical content. This might indicate an issue with special characters or the text not existing as expected.`,
    );
  }
  return { content: bom + (usesCrlf(body) ? after.replaceAll('\n', '\r\n') : after), before, after };
}

function editSummary(args: ToolArguments): string | undefined {
  const path = rawText(args, 'path') ?? rawText(args, 'file_path');
  if (!path) return undefined;
  const text = rawText(args, 'newText') ?? rawText(args, 'new_string');
  return text ? `in ${path} (${text.length} chars)` : `in ${path}`;
}

async function replace(
  place: FilePlace,
  wanted: { readonly path: string; readonly oldText: string; readonly newText: string },
  signal: AbortSignal,
) {
  const { path } = wanted;
  const { at, writeFlags } = place;
  await access(at, constants.R_OK | constants.W_OK).catch(() => {
    throw new Error(`File not found: ${path}`);
  });
  const tooLarge = (size: number): string => `${path} is ${size} bytes, more than edit can load. Use exec instead.`;
  const original = await readWhole(place, { maxBytes: FILE_MAX_BYTES, tooLarge }, signal);
  const changed = replaceText(original.toString('utf8'), wanted.oldText, wanted.newText, path);
  signal.throwIfAborted();
  await writeFile(at, changed.content, { encoding: 'utf8', flag: writeFlags });
  return changed;
}

/** The `edit` tool (reference agent/tools.md ). */
export function createEditTool(deps: { readonly files: FileAccess }): BuiltInTool {
  return {
    name: 'edit',
    description:
      'Change a file by replacing one piece of text. oldText must stand in the file exactly once, whitespace included; newText takes its place.',
    parameters: contractParameters('edit'),
    sideEffects: 'possible',
    summary: editSummary,
    async run(args, context) {
      const path = rawText(args, 'path') ?? '';
      const wanted = { path, oldText: rawText(args, 'oldText') ?? '', newText: rawText(args, 'newText') ?? '' };
      const changed = await atFile(deps.files, path, 'change', context, (file) =>
        replace(file, wanted, context.signal),
      );
      const text = `Successfully replaced text in ${path}.`;
      if (changed.before.length + changed.after.length > DIFF_MAX_CHARS) return textResult(text);
      return textResult(text, await describeEdit(changed.before, changed.after));
    },
  };
}
