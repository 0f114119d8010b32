import { BOOTSTRAP_NAMES } from '@chela/config';
import { memoryFlushDue } from '../compaction/memory-flush.ts';
import { pruningSettings } from '../compaction/pruning-settings.ts';
import { bootstrapBudget, filesForSession, injectFiles } from '../prompt/bootstrap-files.ts';
import { maxToolResultChars } from '../turn/tool-result-limit.ts';
import { count, type Fields, fieldsOf, listOf, text } from './fields.ts';

/** Runs a case of the table `context-files`. */
export function contextFilesCase(input: Fields): unknown {
  switch (input.fn) {
    case 'bootstrap':
      return bootstrapCase(input);
    case 'filterFiles': {
      const files = [...BOOTSTRAP_NAMES, 'MEMORY.md'].map((name) => ({ name }));
      return filesForSession(files, text(input.sessionKey)).map((file) => file.name);
    }
    case 'maxToolResultChars':
      return maxToolResultChars(count(input.contextWindowTokens) ?? 0);
    case 'pruning':
      return pruningSettings(input.config) ?? null;
    case 'memoryFlush':
      return memoryFlushDue({
        entry: {
          totalTokens: count(fieldsOf(input.entry).totalTokens),
          compactionCount: count(fieldsOf(input.entry).compactionCount),
          memoryFlushCompactionCount: count(fieldsOf(input.entry).memoryFlushCompactionCount),
        },
        contextWindowTokens: count(input.contextWindowTokens) ?? 0,
        reserveTokensFloor: count(input.reserveTokensFloor) ?? 0,
        softThresholdTokens: count(input.softThresholdTokens) ?? 0,
      });
    default:
      throw new Error(`unknown rule ${String(input.fn)}`);
  }
}

function bootstrapCase(input: Fields): unknown {
  const maxChars = count(input.maxChars);
  const total = count(input.totalMaxChars);
  const budget = bootstrapBudget({
    ...(maxChars === undefined ? {} : { bootstrapMaxChars: maxChars }),
    ...(total === undefined ? {} : { bootstrapTotalMaxChars: total }),
  });
  const files = listOf(input.files).map((entry) => {
    const file = fieldsOf(entry);
    const content = text(file.content);
    return {
      name: text(file.name) ?? '',
      path: text(file.path) ?? '',
      missing: file.missing === true,
      ...(content === undefined ? {} : { content }),
    };
  });
  return injectFiles(files, budget).flatMap(({ path, content }) => (content === undefined ? [] : [{ path, content }]));
}
