import { access, chmod, constants, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { agentIds, agentSessionsDir, credentialsDir } from '@chela/config';
import type { Check, Finding, Patient, Repair } from '../finding.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS = 0o077;
const PERMISSIONS = 0o777;
const STALE_LOCK_MS = 30 * 60_000;

/** Folders that must be there and be written to, for their owner only. */
export const stateFolders: Check = async (patient) => {
  const { paths, config, context } = patient;
  const wanted = [
    { path: paths.stateDir, name: 'State directory' },
    ...agentIds(config).map((id) => ({ path: agentSessionsDir(paths, id), name: `Sessions of ${id}` })),
    { path: credentialsDir(paths, context.env), name: 'Credentials directory' },
  ];
  const findings = await Promise.all(
    wanted.map(({ path, name }) => folderFinding(path, name, path === paths.stateDir)),
  );
  return findings.flat();
};

async function folderFinding(path: string, name: string, mustBePrivate: boolean): Promise<readonly Finding[]> {
  const title = 'State integrity';
  const mode = await modeOf(path);
  if (mode === undefined) {
    const repair = mend('confirm', `Create ${path}?`, async () => {
      await mkdir(path, { recursive: true, mode: FOLDER_MODE });
      return `Created ${path}`;
    });
    return [{ title, lines: [`- CRITICAL: ${name} is missing (${path}).`], repair }];
  }
  if (!(await isWritable(path))) {
    const repair = mend('confirm', `Make ${path} writable?`, async () => {
      await chmod(path, mode | FOLDER_MODE);
      return `Made ${path} writable`;
    });
    return [{ title, lines: [`- ${name} cannot be written to (${path}).`], repair }];
  }
  if (!mustBePrivate || (mode & OTHERS) === 0) return [];
  return [
    {
      title,
      lines: [`- ${name} can be read by others (${path}). Mode 700 is right.`],
      repair: tighten(path, FOLDER_MODE),
    },
  ];
}

/** The configuration holds secrets. */
export const configMode: Check = async ({ paths }) => {
  const mode = await modeOf(paths.configPath);
  if (mode === undefined || (mode & OTHERS) === 0) return [];
  const lines = [`- The configuration can be read by others (${paths.configPath}). Mode 600 is right.`];
  return [{ title: 'State integrity', lines, repair: tighten(paths.configPath, FILE_MODE) }];
};

/** Lock files whose process is gone, or that nobody can still be waiting for. */
export const sessionLocks: Check = async (patient) => {
  const locks = (await Promise.all(agentFolders(patient).map(locksIn))).flat();
  const stale = await Promise.all(
    locks.map(async (path) => ({ path, stale: await isStale(path, patient.context.now()) })),
  );
  const dead = stale.filter((lock) => lock.stale).map(({ path }) => path);
  if (dead.length === 0) return [];
  const repair = mend('confirm', 'Remove them?', async () => {
    for (const path of dead) await rm(path, { force: true });
    return `Removed ${dead.length} lock files`;
  });
  return [{ title: 'Session locks', lines: dead.map((path) => `- ${path} belongs to nobody any more.`), repair }];
};

function agentFolders({ config, paths }: Patient): readonly string[] {
  return agentIds(config).map((id) => agentSessionsDir(paths, id));
}

async function locksIn(folder: string): Promise<readonly string[]> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.lock')).map((name) => join(folder, name));
}

async function isStale(path: string, now: number): Promise<boolean> {
  const [text, facts] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => undefined)]);
  if (facts === undefined) return false;
  const pid = Number(/"pid"\s*:\s*(\d+)/.exec(text)?.[1]);
  return now - facts.mtimeMs > STALE_LOCK_MS || (Number.isInteger(pid) && !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function tighten(path: string, mode: number): Repair {
  return mend('confirm', `Set mode ${mode.toString(8)} on ${path}?`, async () => {
    await chmod(path, mode);
    return `Set mode ${mode.toString(8)} on ${path}`;
  });
}

function mend(policy: Repair['policy'], question: string, work: () => Promise<string>): Repair {
  return { policy, question, run: async () => [await work()] };
}

async function modeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (facts) => facts.mode & PERMISSIONS,
    () => undefined,
  );
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
