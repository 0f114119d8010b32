import { fileURLToPath } from 'node:url';
import { type Env, firstSet, resolveUserPath } from '@chela/config';

/** The hooks that come with this program: beside the sources' folder, and beside the chunks of a build. */
const OWN_DIR = new URL('../hooks', import.meta.url);

/** The folder of bundled hooks; `OPENCLAW_BUNDLED_HOOKS_DIR` moves it (reference config/config.md §1). */
export function bundledHooksDir(env: Readonly<Env>, homeDir: string): string {
  const named = firstSet(env, 'OPENCLAW_BUNDLED_HOOKS_DIR');
  return named === undefined ? ownHooksDir() : resolveUserPath(named, homeDir);
}

/** Hooks in here have their handlers in this program. */
export function ownHooksDir(): string {
  return fileURLToPath(OWN_DIR);
}
