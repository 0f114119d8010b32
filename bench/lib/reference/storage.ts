import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { round, type Summary, summarize } from '../stats.ts';
import type { ReferenceContext } from './probe.ts';

const INSERT_MS = 1_500;
const APPEND_MS = 1_000;
const DOCUMENT = JSON.stringify({
  role: 'assistant',
  content: [{ type: 'text', text: 'lorem ipsum '.repeat(20) }],
  timestamp: 1,
});

type Synchronous = 'FULL' | 'NORMAL';

/** What SQLite and plain files cost on this disk. */
export function storageRows({ row, tmp }: ReferenceContext): void {
  const variants: readonly (readonly [Synchronous, number])[] = [
    ['FULL', 1],
    ['NORMAL', 1],
    ['NORMAL', 100],
  ];
  for (const [synchronous, perCommit] of variants) {
    const facts = insertRate(tmp, synchronous, perCommit);
    const label = `node:sqlite WAL synchronous=${synchronous}, ${perCommit}`;
    row('storage', `${label} insert(s) a transaction`, 'rows/s', facts.rate);
    row('storage', `${label} a transaction: commit`, 'ms', facts.commit);
    if (perCommit === 100) row('storage', 'read the newest 50 rows of a session by index', 'ms', facts.read);
  }
  const appended = join(tmp, 'a.jsonl');
  row(
    'storage',
    'JSONL appendFileSync (open, write, close)',
    'ms',
    timedFor(APPEND_MS, () => appendFileSync(appended, `${DOCUMENT}\n`)),
  );
  const file = openSync(join(tmp, 'b.jsonl'), 'a');
  const synced = timedFor(APPEND_MS, () => {
    writeSync(file, `${DOCUMENT}\n`);
    fsyncSync(file);
  });
  closeSync(file);
  row('storage', 'JSONL write + fsync', 'ms', synced);
  row(
    'storage',
    'rewrite and re-read one JSON file with 10,000 sessions',
    'ms',
    wholeFileStore(join(tmp, 's.json')),
    'the price per turn of a whole-file session store',
  );
}

function timedFor(ms: number, work: () => void): Summary | null {
  const times: number[] = [];
  const begun = performance.now();
  while (performance.now() - begun < ms) {
    const at = performance.now();
    work();
    times.push(performance.now() - at);
  }
  return summarize(times);
}

function insertRate(
  tmp: string,
  synchronous: Synchronous,
  perCommit: number,
): { readonly rate: number; readonly commit: Summary | null; readonly read: Summary | null } {
  const db = new DatabaseSync(join(tmp, `w-${synchronous}-${perCommit}.db`));
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=${synchronous};
    CREATE TABLE m(id INTEGER PRIMARY KEY, session TEXT, at INTEGER, body TEXT); CREATE INDEX mi ON m(session, at);`);
  const insert = db.prepare('INSERT INTO m(session, at, body) VALUES (?,?,?)');
  let rows = 0;
  const begun = performance.now();
  const commit = timedFor(INSERT_MS, () => {
    if (perCommit > 1) db.exec('BEGIN');
    for (let i = 0; i < perCommit; i += 1) {
      const session = `s${rows % 50}`;
      rows += 1;
      insert.run(session, rows, DOCUMENT);
    }
    if (perCommit > 1) db.exec('COMMIT');
  });
  const seconds = (performance.now() - begun) / 1000;
  const select = db.prepare('SELECT body FROM m WHERE session=? ORDER BY at DESC LIMIT 50');
  const reads = Array.from({ length: 300 }, (_, i) => {
    const at = performance.now();
    select.all(`s${i % 50}`);
    return performance.now() - at;
  });
  db.close();
  return { rate: round(rows / seconds), commit, read: summarize(reads) };
}

function wholeFileStore(path: string): Summary | null {
  const entry = (i: number) => ({
    sessionId: randomUUID(),
    updatedAt: i,
    label: `l${i}`,
    chatType: 'direct',
    model: 'm1',
    totalTokens: 15,
  });
  const store = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`agent:main:s${i}`, entry(i)]));
  const times = Array.from({ length: 5 }, () => {
    const at = performance.now();
    writeFileSync(path, JSON.stringify(store, null, 2));
    JSON.parse(readFileSync(path, 'utf8'));
    return performance.now() - at;
  });
  return summarize(times);
}
