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
  /** What happened to the lock on the state. */
  readonly locks: readonly string[];
}

export interface TestContextOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly isTty?: boolean;
  /** Answers a person at the terminal gives, by what the question contains; without it nobody is there. */
  readonly answers?: (question: string) => boolean;
  /** What the person types, in order. */
  readonly typed?: readonly string[];
  /** Process id of a gateway that owns the state directory. */
  readonly runningPid?: number;
  /** What the defender says to what is installed; without it everything may be. */
  readonly judgeInstall?: CliContext['judgeInstall'];
}

/** A world for commands: output is collected, a gateway start and an embedded turn are only noted. */
export function createTestContext(options: TestContextOptions): TestContext {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const starts: GatewayRunOptions[] = [];
  const embedded: EmbeddedAgentRequest[] = [];
  const locks: string[] = [];
  const typed = [...(options.typed ?? [])];
  const context: CliContext = {
    env: options.env,
    version: '0.1.0',
    compatVersion: '2026.2.17',
    invokedAs: 'chela',
    judgeInstall: options.judgeInstall ?? (async () => undefined),
    now: Date.now,
    prompt: {
      isTty: options.answers !== undefined,
      confirm: async (question) => options.answers?.(question) === true,
      async ask() {
        const answer = typed.shift();
        if (answer === undefined) throw new Error('there is nobody to ask');
        return answer;
      },
    },
    output: {
      line: (text = '') => void stdout.push(...text.split('\n')),
      errorLine: (text) => void stderr.push(...text.split('\n')),
      json: (value) => void stdout.push(...JSON.stringify(value, null, 2).split('\n')),
      transient: () => {},
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
    async lockState() {
      locks.push('taken');
      return async () => void locks.push('given back');
    },
    async runEmbedded(request) {
      embedded.push(request);
      return { payloads: [{ text: 'embedded answer', mediaUrl: null }], meta: {} };
    },
  };
  return { context, run: (...argv) => runCli(context, argv), stdout, stderr, starts, embedded, locks };
}
