import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, optionalNumber, optionalText } from '../call/arguments.ts';
import { killMarked, processStart } from './marked-processes.ts';

/**
 * Notes of the commands that run, so that a gateway that was killed leaves none behind: the next one ends them. A command is
 * known by the mark in its environment, never by its process id alone, which may belong to somebody else by then.
 */
export interface CommandRecords {
  /** Notes a command before it starts; `container` when a container engine runs it. */
  add(mark: string, container: string | undefined): Promise<void>;
  remove(mark: string): Promise<void>;
  /** Ends what processes that are gone left running; returns how many commands that were. */
  reap(): Promise<number>;
}

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const SUFFIX = '.json';

interface Owner {
  readonly pid: number;
  readonly start: string;
}

interface CommandRecord {
  readonly owner: Owner;
  readonly container: string | undefined;
}

async function readRecord(path: string): Promise<CommandRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!isRecord(value)) return undefined;
    const pid = optionalNumber(value, 'ownerPid');
    const start = optionalText(value, 'ownerStart');
    if (pid === undefined || start === undefined) return undefined;
    return { owner: { pid, start }, container: optionalText(value, 'container') };
  } catch {
    // Cut off by the crash; the mark in its name still tells what to end.
    return undefined;
  }
}

export function createCommandRecords(deps: {
  readonly folder: string;
  /** Ends a marked command in a container. */
  readonly sweepContainer: (container: string, mark: string) => Promise<void>;
}): CommandRecords {
  const { folder } = deps;
  const pathOf = (mark: string): string => join(folder, `${mark}${SUFFIX}`);
  let self: Promise<string | undefined> | undefined;

  async function isGone(record: CommandRecord | undefined): Promise<boolean> {
    return record === undefined || (await processStart(record.owner.pid)) !== record.owner.start;
  }

  return {
    async add(mark, container) {
      self ??= processStart(process.pid);
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
      const record = { ownerPid: process.pid, ownerStart: await self, container };
      await writeFile(pathOf(mark), JSON.stringify(record), { mode: PRIVATE_FILE });
    },
    remove: (mark) => rm(pathOf(mark), { force: true }),
    async reap() {
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(SUFFIX));
      const marks: string[] = [];
      for (const name of names) {
        const record = await readRecord(join(folder, name));
        if (!(await isGone(record))) continue;
        const mark = name.slice(0, -SUFFIX.length);
        marks.push(mark);
        if (record?.container !== undefined) await deps.sweepContainer(record.container, mark);
      }
      await killMarked(marks);
      await Promise.all(marks.map((mark) => rm(pathOf(mark), { force: true })));
      return marks.length;
    },
  };
}
