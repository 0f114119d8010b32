import { hash } from 'node:crypto';
import type { AuditEntry, AuditExtent, AuditMark, AuditProblem, AuditProgress, AuditReport } from '../audit.ts';

/** What the first entry follows. */
export const GENESIS: AuditMark = { seq: 0, hash: '0'.repeat(64) };

const MAX_PROBLEMS = 20;

/** The hash of an entry after `previous`. */
export function entryHash(previous: string, { seq, at, body }: Omit<AuditEntry, 'hash'>): string {
  return hash('sha256', `${previous}\n${seq}\n${at}\n${body}`);
}

/**
 * Goes through a chain, oldest entry first, and says where it is not what was written. After a problem it goes on from
 * the entry it found, so that several are located. `anchors` are places that were noted outside the database.
 */
export async function verifyChain(
  pages: AsyncIterable<readonly AuditEntry[]> | Iterable<readonly AuditEntry[]>,
  extent: AuditExtent | undefined,
  anchors: readonly AuditMark[],
  onProgress: AuditProgress = () => {},
): Promise<AuditReport> {
  const total = extent === undefined ? 0 : extent.head.seq - extent.base.seq;
  const problems: AuditProblem[] = [];
  const report = (seq: number, kind: AuditProblem['kind'], message: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ seq, kind, message });
  };
  const noted = new Map(anchors.map(({ seq, hash: known }) => [seq, known]));
  let last = extent?.base ?? GENESIS;
  let entries = 0;
  for await (const page of pages) {
    for (const entry of page) {
      entries += 1;
      if (entry.seq <= last.seq) report(entry.seq, 'reordered', `entry ${entry.seq} stands after entry ${last.seq}`);
      else if (entry.seq > last.seq + 1) {
        report(last.seq + 1, 'removed', `entries ${last.seq + 1} to ${entry.seq - 1} are missing`);
      } else if (entryHash(last.hash, entry) !== entry.hash) {
        report(entry.seq, 'edited', `entry ${entry.seq} or the one before it is not what was written`);
      }
      const known = noted.get(entry.seq);
      if (known !== undefined && known !== entry.hash) {
        report(entry.seq, 'edited', `entry ${entry.seq} is not the one that was noted outside the log`);
      }
      last = entry;
    }
    onProgress(entries, total);
  }
  const ends = [...(extent === undefined ? [] : [extent.head]), ...anchors];
  const furthest = Math.max(0, ...ends.map(({ seq }) => seq));
  if (furthest > last.seq)
    report(last.seq + 1, 'truncated', `the log ends at entry ${last.seq}, but ${furthest} entries were written`);
  else if (extent !== undefined && extent.head.seq < last.seq) {
    report(extent.head.seq + 1, 'edited', `entry ${extent.head.seq + 1} and later ones were added past the log`);
  }
  return { entries, problems };
}
