import { invalidRequest } from '@chela/protocol';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/**
 * A chat message as it goes on to the agent: composed (NFC), without control characters other than tab, LF and CR.
 * Throws INVALID_REQUEST for a NUL (reference protocol/protocol.md §6).
 */
export function cleanMessageText(raw: string): string {
  const composed = raw.normalize('NFC');
  if (composed.includes('\u0000')) throw invalidRequest('message must not contain null bytes');
  return composed.replace(CONTROL_CHARACTERS, '');
}
