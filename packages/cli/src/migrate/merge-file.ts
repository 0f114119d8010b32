import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isRecord } from '../json-reader.ts';
import type { FileAction } from './file-actions.ts';
import { type JsonRecord, readJsonFile } from './json-file.ts';

/** What happens to one file of the source: an action, nothing because it is there, or it is left with a reason. */
export type Merge = { readonly action: FileAction } | 'unchanged' | { readonly why: string };

/** Files whose top level maps ids to records; what the target lacks is added. */
const RECORD_FILES: ReadonlySet<string> = new Set([
  'devices/paired.json',
  'devices/pending.json',
  'nodes/paired.json',
  'nodes/pending.json',
]);
const OWN_FILE_STAYS = 'this directory has its own';

/** Brings a file of another state directory together with the one that may be here. `name` is its path below the state directory. */
export async function mergeFile(name: string, from: string, to: string): Promise<Merge> {
  const size = await sizeOf(to);
  if (size === undefined) return { action: { kind: 'copy', from, to } };
  if (size === (await sizeOf(from)) && (await sameContent(from, to))) return 'unchanged';
  if (basename(name) === 'sessions.json') return mergeRecords(from, to, newerSession);
  if (name.endsWith('.jsonl')) return mergeLog(from, to);
  if (RECORD_FILES.has(name)) return mergeRecords(from, to, () => false);
  if (name === 'cron/jobs.json') return mergeJobs(from, to);
  return { why: OWN_FILE_STAYS };
}

/** An entry that was updated later wins. */
function newerSession(theirs: unknown, ours: unknown): boolean {
  const at = (entry: unknown): number => (isRecord(entry) && typeof entry.updatedAt === 'number' ? entry.updatedAt : 0);
  return at(theirs) > at(ours);
}

async function mergeRecords(
  from: string,
  to: string,
  wins: (theirs: unknown, ours: unknown) => boolean,
): Promise<Merge> {
  const both = await readBoth(from, to);
  if ('why' in both) return both;
  const { theirs, ours } = both;
  const news = Object.entries(theirs).filter(([key, value]) => !(key in ours) || wins(value, ours[key]));
  if (news.length === 0) return 'unchanged';
  return written(to, { ...ours, ...Object.fromEntries(news) });
}

async function mergeJobs(from: string, to: string): Promise<Merge> {
  const both = await readBoth(from, to);
  if ('why' in both) return both;
  const jobsOf = ({ jobs }: JsonRecord): readonly unknown[] => (Array.isArray(jobs) ? jobs : []);
  const idOf = (job: unknown): unknown => (isRecord(job) ? job.id : undefined);
  const known = new Set(jobsOf(both.ours).map(idOf));
  const news = jobsOf(both.theirs).filter((job) => idOf(job) !== undefined && !known.has(idOf(job)));
  if (news.length === 0) return 'unchanged';
  return written(to, { ...both.ours, jobs: [...jobsOf(both.ours), ...news] });
}

/** Logs only grow: the longer one wins when it begins with the shorter one. */
async function mergeLog(from: string, to: string): Promise<Merge> {
  const [theirs, ours] = await Promise.all([readFile(from), readFile(to)]);
  const shorter = Math.min(theirs.length, ours.length);
  if (!theirs.subarray(0, shorter).equals(ours.subarray(0, shorter))) return { why: 'both went on differently' };
  return theirs.length > ours.length ? { action: { kind: 'copy', from, to } } : 'unchanged';
}

function written(to: string, content: JsonRecord): Merge {
  return { action: { kind: 'write', to, text: `${JSON.stringify(content, null, 2)}\n` } };
}

async function readBoth(
  from: string,
  to: string,
): Promise<{ readonly theirs: JsonRecord; readonly ours: JsonRecord } | { readonly why: string }> {
  const [theirs, ours] = await Promise.all([readJsonFile(from), readJsonFile(to)]);
  if ('problem' in theirs) return { why: theirs.problem };
  if ('problem' in ours) return { why: `the file here cannot be read: ${ours.problem}` };
  return { theirs: theirs.value ?? {}, ours: ours.value ?? {} };
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (facts) => facts.size,
    () => undefined,
  );
}

async function sameContent(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([readFile(a), readFile(b)]);
  return first.equals(second);
}
