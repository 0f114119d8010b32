import { join } from 'node:path';

/** A pattern that names a path is considered; a bare program name is not (reference agent/tools.md §4.14). */
function namesPath(pattern: string): boolean {
  return pattern.includes('/') || pattern.includes('\\') || pattern.includes('~');
}

const PATTERN_MAX_CHARS = 1024;

/**
 * Whether `**` (anything), `*` (anything but a slash) and `?` (one character) make `pattern` match all of `text`. Other
 * characters keep their regular-expression meaning: allowlists in use rely on it.
 */
function globMatches(pattern: string, text: string): boolean {
  const source = pattern.replace(/\*\*|\*|\?/g, (token) => {
    if (token === '**') return '.*';
    return token === '*' ? '[^/]*' : '.';
  });
  try {
    return new RegExp(`^${source}$`).test(text);
  } catch {
    // A pattern that is no expression covers nothing.
    return false;
  }
}

/** Whether an allowlist pattern covers an executable's path. Letter case does not matter. */
export function matchesPattern(pattern: string, executablePath: string, homeDir: string): boolean {
  const trimmed = pattern.trim();
  if (!namesPath(trimmed) || trimmed.length > PATTERN_MAX_CHARS) return false;
  const absolute = trimmed === '~' ? homeDir : trimmed.startsWith('~/') ? join(homeDir, trimmed.slice(2)) : trimmed;
  const plain = (path: string): string => path.replaceAll('\\', '/').toLowerCase();
  return globMatches(plain(absolute), plain(executablePath));
}
