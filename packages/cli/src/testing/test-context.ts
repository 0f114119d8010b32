import type { CliContext, EmbeddedAgentRequest, GatewayRunOptions } from '../context.ts';
import { runCli } from '../program.ts';

export interface TestContext {
  readonly context: CliContext;
  /** Runs a command line and resolves with its exit code. */
  run(...argv: string[]): Promise<number>;
  /** Lines of standard output and standard error so far. */
  readonly stdout: string[];
  readonly stderr: string[];
  /** Starts that were asked for. */
  readonly starts: GatewayRunOptions[];
  readonly embedded: EmbeddedAgentRequest[];
}

export interface TestContextOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly isTty?: boolean;
  /** What the person answers, in order. */
  readonly answers?: readonly string[];
  /** Process id of a gateway that owns the state directory. */
  readonly runningPid?: number;
}

/** A world for commands: output is collected, a gateway start and an embedded turn are only noted. */
export function createTestContext(options: TestContextOptions): TestContext {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const starts: GatewayRunOptions[] = [];
  const embedded: EmbeddedAgentRequest[] = [];
  const answers = [...(options.answers ?? [])];
  const context: CliContext = {
    env: options.env,
    version: '0.1.0',
    compatVersion: '2026.2.17',
    invokedAs: 'chela',
    now: Date.now,
    async ask() {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('there is nobody to ask');
      return answer;
    },
    output: {
      line: (text = '') => void stdout.push(...text.split('\n')),
      errorLine: (text) => void stderr.push(...text.split('\n')),
      json: (value) => void stdout.push(...JSON.stringify(value, null, 2).split('\n')),
      isTty: options.isTty === true,
      color: false,
      errorColor: false,
      columns: 120,
    },
    async runGateway(start) {
      starts.push(start);
      return 0;
    },
    runningGateway: async () => (options.runningPid === undefined ? undefined : { pid: options.runningPid }),
    async runEmbedded(request) {
      embedded.push(request);
      return { payloads: [{ text: 'embedded answer', mediaUrl: null }], meta: {} };
    },
  };
  return { context, run: (...argv) => runCli(context, argv), stdout, stderr, starts, embedded };
}
