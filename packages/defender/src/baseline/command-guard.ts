import type { Finding, Guard } from '../finding.ts';
import type { RawCommandReader } from './raw-command.ts';

const NOT_ALLOWED_POINTS = 20;

/** The baseline's look at a command's text (reference defender/defender.md §A, score table). */
export function createRawCommandGuard(commands: RawCommandReader): Guard {
  return async (request, settings) => {
    const { command } = request;
    if (command === undefined) return [];
    const matches = await commands.of(request, settings);
    const findings: Finding[] = matches.map(({ tag, points, reason }) => ({ tag, points, reason }));
    if (!hasAllowedPrefix(command, settings.allowedCommandPrefixes)) {
      findings.push({
        tag: 'not_in_allowlist',
        points: NOT_ALLOWED_POINTS,
        reason: 'the command begins with none of the allowed prefixes',
      });
    }
    return findings;
  };
}

function hasAllowedPrefix(command: string, prefixes: readonly string[]): boolean {
  if (prefixes.length === 0) return true;
  const trimmed = command.trimStart();
  return prefixes.some((prefix) => trimmed.startsWith(prefix));
}
