import { rawText } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { textResult } from '../call/result.ts';
import { ToolInputError } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import { atFile, type FileAccess } from '../files/file-access.ts';
import { applyPatch, summaryText } from './apply.ts';

/** The `apply_patch` tool (reference agent/tools.md, §3.8). */
export function createApplyPatchTool(deps: {
  /** Where patches may reach. */
  readonly files: FileAccess;
}): BuiltInTool {
  return {
    name: 'apply_patch',
    description:
      'Add, change, move and delete files with one patch between "*** Begin Patch" and "*** End Patch", using "*** Add File:", "*** Update File:" and "*** Delete File:" sections.',
    parameters: contractParameters('apply_patch'),
    sideEffects: 'possible',
    async run(args, context) {
      const input = rawText(args, 'input') ?? '';
      if (input.trim() === '') throw new ToolInputError('Provide a patch input.');
      const summary = await applyPatch(input, {
        root: context.sandbox?.workdir ?? context.workspaceDir,
        at: (path, use, task) => atFile(deps.files, path, use, context, task),
        signal: context.signal,
      });
      return textResult(summaryText(summary), { summary });
    },
  };
}
