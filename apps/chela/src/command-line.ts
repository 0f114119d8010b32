import { type CliContext, processOutput, processPrompt, runCli } from '@chela/cli';
import { takeProfile } from './profile.ts';
import { CHELA_VERSION, COMPAT_VERSION } from './release.ts';

const EXIT_BAD_PROFILE = 2;

/** Whoever reads the output may stop early, like `chela logs | head -1`; that is no failure. */
function endQuietly(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit(0);
  throw error;
}

/** A gateway outlives whoever reads its console. */
function outliveReader(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}

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
  process.stdout.on('error', endQuietly);
  const context: CliContext = {
    env: process.env,
    output: processOutput(process.env),
    prompt: processPrompt(),
    version: CHELA_VERSION,
    compatVersion: COMPAT_VERSION,
    invokedAs,
    now: Date.now,
    async runGateway(options) {
      process.stdout.off('error', endQuietly).on('error', outliveReader);
      return (await import('./run-gateway.ts')).runGateway(options);
    },
    runningGateway: async (configPath) => (await import('./gateway-lock.ts')).runningGateway(configPath),
    lockState: async (configPath) => (await import('./gateway-lock.ts')).acquireGatewayLock(configPath),
    judgeInstall: async (step) => (await import('./defense/judge-install.ts')).judgeInstall(step, processPrompt()),
    runEmbedded: async (request) => (await import('./run-embedded.ts')).runEmbedded(request),
  };
  return runCli(context, profile.argv);
}
