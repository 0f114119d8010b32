import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type PolicyBundle, readSignedBundle, type SignedBundle, verifyBundle } from './bundle.ts';

const STATE_FILE = 'state.json';
const KEPT_BUNDLES = 20;

/** Which policy is in force. */
export interface PolicyState {
  /** Version in force; null when the configuration alone decides. */
  readonly active: number | null;
  /** The highest version ever accepted; never goes down. */
  readonly highest: number;
}

/** Accepted policy bundles on disk (reference defender/defender.md §B.6). */
export interface PolicyStore {
  state(): Promise<PolicyState>;
  /** The bundle in force; undefined when there is none. */
  active(): Promise<PolicyBundle | undefined>;
  /** Accepted bundles that are still kept, newest first. */
  list(): Promise<readonly PolicyBundle[]>;
  /** Verifies a document and puts it in force. Throws BundleRefusedError; the policy in force stays then. */
  accept(document: unknown, trustedKeys: Readonly<Record<string, string>>): Promise<PolicyBundle>;
  /** Puts an earlier accepted bundle back in force, or none with null. Throws for a version that is not kept. */
  rollBack(version: number | null): Promise<PolicyBundle | undefined>;
}

export function createPolicyStore(deps: { readonly directory: string; readonly now: () => number }): PolicyStore {
  const { directory } = deps;
  const fileOf = (version: number): string => join(directory, `bundle-${version}.json`);

  async function state(): Promise<PolicyState> {
    const value = await readJson(join(directory, STATE_FILE));
    if (value === undefined) return { active: null, highest: 0 };
    if (typeof value !== 'object' || value === null || !('highest' in value) || !('active' in value))
      throw unreadable(directory);
    const { active, highest } = value;
    if (typeof highest !== 'number' || (active !== null && typeof active !== 'number')) throw unreadable(directory);
    return { active, highest };
  }

  async function read(version: number): Promise<SignedBundle | undefined> {
    const document = await readJson(fileOf(version));
    return document === undefined ? undefined : readSignedBundle(document);
  }

  async function versions(): Promise<readonly number[]> {
    const names = await readdir(directory).catch(emptyWhenMissing);
    const found = names.flatMap((name) => /^bundle-(\d+)\.json$/.exec(name)?.[1] ?? []);
    return found.map(Number).toSorted((a, b) => b - a);
  }

  return {
    state,
    async active() {
      const { active } = await state();
      return active === null ? undefined : (await read(active))?.bundle;
    },
    async list() {
      const kept = await Promise.all((await versions()).map(read));
      return kept.flatMap((signed) => (signed === undefined ? [] : [signed.bundle]));
    },
    async accept(document, trustedKeys) {
      const { highest } = await state();
      const signed = await verifyBundle(document, { trustedKeys, now: deps.now(), highestAccepted: highest });
      const { version } = signed.bundle;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeJson(fileOf(version), signed);
      // The state is what counts: a crash before this line leaves the old policy in force.
      await writeJson(join(directory, STATE_FILE), { active: version, highest: version });
      const surplus = (await versions()).slice(KEPT_BUNDLES);
      await Promise.all(surplus.map((old) => rm(fileOf(old), { force: true })));
      return signed.bundle;
    },
    async rollBack(version) {
      const { highest } = await state();
      const bundle = version === null ? undefined : (await read(version))?.bundle;
      if (version !== null && bundle === undefined) throw new Error(`policy version ${version} is not kept here`);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeJson(join(directory, STATE_FILE), { active: version, highest });
      return bundle;
    },
  };
}

function unreadable(directory: string): Error {
  return new Error(`${join(directory, STATE_FILE)} is no policy state; restore it or remove the folder`);
}

function emptyWhenMissing(error: unknown): readonly string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}
