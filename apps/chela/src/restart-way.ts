import type { Env } from '@chela/config';

const SUPERVISOR_VARIABLES = [
  'LAUNCH_JOB_LABEL',
  'LAUNCH_JOB_NAME',
  'INVOCATION_ID',
  'SYSTEMD_EXEC_PID',
  'JOURNAL_STREAM',
] as const;

/**
 * How a gateway restarts: under a supervisor the process ends and is started again; everywhere else, and always with
 * `OPENCLAW_NO_RESPAWN`, a new generation starts in the same process (reference config/config.md §12).
 */
export function restartWay(env: Readonly<Env>): 'exit' | 'inProcess' {
  if (env.OPENCLAW_NO_RESPAWN?.trim()) return 'inProcess';
  return SUPERVISOR_VARIABLES.some((name) => env[name]?.trim()) ? 'exit' : 'inProcess';
}

/** Remembers an environment. The returned function takes back what a generation of the configuration added to it. */
export function keepEnvironment(env: Env): () => void {
  const kept = { ...env };
  return () => {
    for (const name of Object.keys(env)) if (!(name in kept)) delete env[name];
    Object.assign(env, kept);
  };
}
