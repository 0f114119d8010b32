import { parentPort, workerData } from 'node:worker_threads';
import { readLines } from '../import/file-lines.ts';
import { parseLine } from '../transcript/entry.ts';
import type { DaySums } from '../usage.ts';
import { addDay, foldUsage } from './fold-usage.ts';
import type { FileSums } from './usage-worker-client.ts';

/** Worker: sums transcript files one after the other and posts the sums of each; null for one that cannot be read. */

async function sumFile(file: string): Promise<FileSums> {
  const days = new Map<string, DaySums>();
  let lastUserAt: number | undefined;
  for await (const { lines } of readLines(file, 0)) {
    const fold = foldUsage(lines.map(parseLine), lastUserAt);
    lastUserAt = fold.lastUserAt;
    for (const [day, sums] of fold.days) days.set(day, addDay(days.get(day), sums));
  }
  return { days: [...days.values()], lastUserAt };
}

const files: unknown = workerData;
for (const file of Array.isArray(files) ? files : []) {
  // A file that went away or may not be read counts for nothing; the others still do.
  parentPort?.postMessage({ file, sums: await sumFile(String(file)).catch(() => null) });
}
