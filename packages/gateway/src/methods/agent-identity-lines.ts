import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Adds what is given to the IDENTITY.md of a workspace, one line each; the last line of a kind counts. */
export async function appendIdentity(
  workspaceDir: string,
  facts: { readonly name?: string; readonly emoji?: string | undefined; readonly avatar?: string | undefined },
): Promise<void> {
  const lines = [line('Name', facts.name), line('Emoji', facts.emoji), line('Avatar', facts.avatar)].flat();
  if (lines.length > 0) await appendFile(join(workspaceDir, 'IDENTITY.md'), ['', ...lines, ''].join('\n'));
}

/** A line break in a value would let it write lines of its own. */
function line(label: string, value: string | undefined): readonly string[] {
  const text = value?.replace(/\s+/g, ' ').trim();
  return text ? [`- ${label}: ${text}`] : [];
}
