import { fileURLToPath } from 'node:url';
import { type Env, firstSet, resolveUserPath } from '@chela/config';

/** The skills that come with this program: beside the sources' folder, and beside the chunks of a build. */
const OWN_DIR = new URL('../skills', import.meta.url);

/** The folder of bundled skills; `OPENCLAW_BUNDLED_SKILLS_DIR` moves it (reference config/config.md §1). */
export function bundledSkillsDir(env: Readonly<Env>, homeDir: string): string {
  const named = firstSet(env, 'OPENCLAW_BUNDLED_SKILLS_DIR');
  return named === undefined ? fileURLToPath(OWN_DIR) : resolveUserPath(named, homeDir);
}
