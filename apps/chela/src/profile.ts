import { homedir } from 'node:os';
import { join } from 'node:path';

const PROFILE_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/i;
const DEV_PORT = '19001';

export type ProfileResult =
  | { readonly ok: true; readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string };

/**
 * Takes `--dev` and `--profile NAME` off the front of the line and says which variables they set where nothing is set yet
 * (reference config/config.md §1 "Profiles"). A wrong name or a contradiction is refused.
 */
export function takeProfile(argv: readonly string[], env: NodeJS.ProcessEnv): ProfileResult {
  const rest = [...argv];
  let named: string | undefined;
  let dev = false;
  while (rest[0]?.startsWith('--')) {
    const [flag = '', inline] = rest[0].split('=');
    if (flag === '--dev') dev = true;
    else if (flag === '--profile') named = inline ?? rest.splice(1, 1)[0] ?? '';
    else break;
    rest.shift();
  }
  if (dev && named !== undefined && named !== 'dev')
    return { ok: false, message: '[chela] Cannot combine --dev with --profile' };
  const profile = dev ? 'dev' : named;
  if (profile === undefined) return { ok: true, argv: rest, env: {} };
  if (!PROFILE_NAME.test(profile)) {
    return { ok: false, message: '[chela] Invalid --profile (use letters, numbers, "_", "-" only)' };
  }
  const home = env.OPENCLAW_HOME || env.HOME || homedir();
  const stateDir = env.OPENCLAW_STATE_DIR || join(home, profile === 'default' ? '.openclaw' : `.openclaw-${profile}`);
  const configPath = env.OPENCLAW_CONFIG_PATH || join(stateDir, 'openclaw.json');
  return {
    ok: true,
    argv: rest,
    env: {
      OPENCLAW_PROFILE: profile,
      OPENCLAW_STATE_DIR: stateDir,
      OPENCLAW_CONFIG_PATH: configPath,
      ...(dev && !env.OPENCLAW_GATEWAY_PORT && { OPENCLAW_GATEWAY_PORT: DEV_PORT }),
    },
  };
}
