import { open } from 'node:fs/promises';
import type { FilePlace } from './file-access.ts';

/**
 * All bytes of a file. Throws for a folder, for pipes and devices, which may never end, and for a file of more than
 * `maxBytes`, with the words of `tooLarge`.
 */
export async function readWhole(
  { path, at, readFlags }: FilePlace,
  limit: { readonly maxBytes: number; readonly tooLarge: (size: number) => string },
  signal: AbortSignal,
): Promise<Buffer> {
  const file = await open(at, readFlags);
  try {
    const facts = await file.stat();
    if (!facts.isFile() && !facts.isDirectory()) throw new Error(`${path} is a pipe, a socket or a device, not a file`);
    if (facts.size > limit.maxBytes) throw new Error(limit.tooLarge(facts.size));
    return await file.readFile({ signal });
  } finally {
    await file.close();
  }
}
