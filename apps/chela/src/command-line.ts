import { type CliContext, processOutput, runCli } from '@chela/cli';
import { takeProfile } from './profile.ts';
import { CHELA_VERSION, COMPAT_VERSION } from './release.ts';

const EXIT_BAD_PROFILE = 2;

/** Wires the command line to this process; the gateway and the embedded agent are loaded when a command asks for them. */
export async function startCommandLine(argv: readonly string[], invokedAs: string): Promise<number> {
  if (argv.includes('--no-color')) Object.assign(process.env, { NO_COLOR: '1', FORCE_COLOR: '0' });
  const profile = takeProfile(
    argv.filter((word) => word !== '--no-color'),
    process.env,
  );
  if (!profile.ok) {
    process.stderr.write(`${profile.message}\n`);
    return EXIT_BAD_PROFILE;
  }
  Object.assign(process.env, profile.env);
  const context: CliContext = {
    env: process.env,
    output: processOutput(process.env),
    version: CHELA_VERSION,
    compatVersion: COMPAT_VERSION,
    invokedAs,
    now: Date.now,
    runGateway: async (options) => (await import('./run-gateway.ts')).runGateway(options),
    runEmbedded: async (request) => (await import('./run-embedded.ts')).runEmbedded(request),
  };
  return runCli(context, profile.argv);
}
