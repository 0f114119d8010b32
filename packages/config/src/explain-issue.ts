import type { ConfigIssue } from './service.ts';

/** One line a person can act on: the key, what is wrong with it and how to mend it. */
export function explainIssue(issue: ConfigIssue): string {
  const where = issue.path === '' ? 'the file' : issue.path;
  return `${where}: ${issue.message.split('\n')[0]} ${mend(issue)}`;
}

function mend({ path, message }: ConfigIssue): string {
  const missing = /^Missing env var "([^"]+)"/.exec(message)?.[1];
  if (missing !== undefined) return `— set ${missing} in the environment or in .env, or write the value itself.`;
  if (message.startsWith('JSON5 parse failed'))
    return '— mend the text there: often a comma, quote or bracket is missing.';
  if (message.startsWith('Unrecognized key')) return '— remove it or correct its spelling.';
  if (message.includes('(auto-migrated on load)')) return '— run "chela doctor --fix" to move it to its new place.';
  if (/include/i.test(message) && path === '') return '— correct the $include or put the file back.';
  if (message.startsWith('Invalid option: expected one of')) return '— use one of these values.';
  if (message.startsWith('plugin not found')) return '— install the plugin or remove the line.';
  if (path === '') return '— correct the file.';
  return `— correct it, or remove it with "chela config unset ${path}".`;
}
