import { execFile } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The clients as strangers published them. The override takes the fork of libsignal that is on the registry. */
const MANIFEST = {
  name: 'foreign-clients',
  private: true,
  dependencies: { openclaw: '2026.2.17', 'openclaw-node': '0.1.0' },
  overrides: { libsignal: 'npm:libsignal@6.0.0' },
};
/** The original brings some forty thousand files. */
const INSTALL_TIMEOUT_MS = 480_000;
/** What npm says when the registry cannot be reached at all. */
const OUT_OF_REACH = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network request .* failed/;

export type Clients =
  | { readonly available: true; readonly openclaw: string; readonly openclawNode: string }
  | { readonly available: false; readonly reason: string };

/**
 * Installs the foreign clients into a cache folder outside the checkout (CHELA_FOREIGN_DIR, else the system's temporary
 * folder), or finds them there. They are unavailable only when the registry is out of reach; another failure throws.
 */
export async function installClients(): Promise<Clients> {
  const folder = process.env.CHELA_FOREIGN_DIR ?? join(tmpdir(), 'chela-foreign-clients');
  if (!(await isInstalled(folder))) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify(MANIFEST, null, 2));
    const reason = await install(folder);
    if (reason !== undefined) return { available: false, reason };
  }
  return {
    available: true,
    openclaw: join(folder, 'node_modules/openclaw/openclaw.mjs'),
    openclawNode: join(folder, 'node_modules/openclaw-node/dist/index.mjs'),
  };
}

/** Resolves with the reason when the registry is out of reach. */
async function install(folder: string): Promise<string | undefined> {
  // The command line needs none of the native parts that the install scripts fetch or build.
  const args = ['install', '--no-audit', '--no-fund', '--omit=optional', '--ignore-scripts', '--loglevel=error'];
  try {
    await run('npm', args, { cwd: folder, timeout: INSTALL_TIMEOUT_MS, maxBuffer: 64 << 20 });
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (!OUT_OF_REACH.test(text)) throw error;
    return `the package registry is out of reach: ${OUT_OF_REACH.exec(text)?.[0]}`;
  }
}

/** npm writes its hidden lock file last, so that an interrupted install does not count. */
async function isInstalled(folder: string): Promise<boolean> {
  const isWhole = await access(join(folder, 'node_modules/.package-lock.json')).then(
    () => true,
    () => false,
  );
  if (!isWhole) return false;
  const versions = await Promise.all(
    Object.entries(MANIFEST.dependencies).map(async ([name, wanted]) => {
      const file = join(folder, 'node_modules', name, 'package.json');
      const text = await readFile(file, 'utf8').catch(() => '{}');
      return JSON.parse(text).version === wanted;
    }),
  );
  return versions.every(Boolean);
}
