import type { InstallJudge } from '@chela/skills';
import type { Prompt } from './prompt.ts';

/** Everything a command may touch of the world; tests pass their own. */
export interface CliContext {
  readonly env: NodeJS.ProcessEnv;
  readonly output: CliOutput;
  readonly prompt: Prompt;
  /** Release of Chela, and the release of the original it stands in for. */
  readonly version: string;
  readonly compatVersion: string;
  /** `chela` or `openclaw`, as the person typed it. */
  readonly invokedAs: string;
  readonly now: () => number;
  /** Starts the gateway in this process and resolves with its exit code. Lives in the composition root. */
  runGateway(options: GatewayRunOptions): Promise<number>;
  /** The live gateway that serves a configuration file, Chela or the original; undefined when none does. */
  runningGateway(configPath: string): Promise<{ readonly pid: number } | undefined>;
  /** Keeps gateways of a configuration file from starting until the returned function is called. */
  lockState(configPath: string): Promise<() => Promise<void>>;
  /** Asks the defender, and the person at the terminal where it wants one, about something that is to be installed. */
  readonly judgeInstall: InstallJudge;
  /** Runs one turn without a gateway (`agent --local`) and resolves with what the `agent` method calls `result`. */
  runEmbedded(request: EmbeddedAgentRequest): Promise<unknown>;
}

/** Flags of `gateway run`; they win over the configuration (reference cli/commands.json). */
export interface GatewayRunOptions {
  readonly port?: number;
  readonly bind?: string;
  readonly token?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly tailscale?: string;
  /** Take the port back from Tailscale when the gateway stops. */
  readonly tailscaleResetOnExit: boolean;
  readonly allowUnconfigured: boolean;
  readonly force: boolean;
  readonly verbose: boolean;
  /** Start, become ready, stop: fills the compile cache when the executable is built. */
  readonly warmUp: boolean;
}

export interface EmbeddedAgentRequest {
  readonly message: string;
  /** Exists in the configuration; undefined means the default agent. */
  readonly agentId?: string;
  /** An existing session by its id, else a new one of that name. Absent: the agent's main session. */
  readonly sessionId?: string;
  /** As written by the person; an unknown level is refused. Stored with the session. */
  readonly thinking?: string;
  readonly verbose?: 'on' | 'full' | 'off';
  /** 0 means no limit. */
  readonly timeoutSeconds: number;
}

export interface CliOutput {
  /** Writes a line to stdout. */
  line(text?: string): void;
  /** Writes a line to stderr. */
  errorLine(text: string): void;
  /** Pretty JSON with two spaces on stdout, the form scripts expect. */
  json(value: unknown): void;
  /** Shows a line that the next one replaces, empty to take it away; nothing without a terminal. */
  transient(text: string): void;
  readonly isTty: boolean;
  readonly color: boolean;
  /** Colours on stderr. */
  readonly errorColor: boolean;
  /** Width of the terminal; 120 when there is none (reference cli/cli.md §3). */
  readonly columns: number;
}

/** Ends a command with lines on stderr and an exit code; never shows a stack. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: number;
  readonly lines: readonly string[];

  constructor(lines: readonly string[], exitCode = 1) {
    super(lines[0] ?? 'failed');
    this.lines = lines;
    this.exitCode = exitCode;
  }
}

const DEFAULT_COLUMNS = 120;

/** Colours are on for a terminal, off with NO_COLOR, forced with FORCE_COLOR; `--no-color` has set the variables already. */
function wantsColor(env: NodeJS.ProcessEnv, isTty: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '' && forced !== '0') return true;
  if (env.NO_COLOR || forced === '0') return false;
  return isTty;
}

export function processOutput(env: NodeJS.ProcessEnv): CliOutput {
  const isTty = process.stdout.isTTY === true;
  return {
    line: (text = '') => void process.stdout.write(`${text}\n`),
    errorLine: (text) => void process.stderr.write(`${text}\n`),
    json: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    transient(text) {
      if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
    },
    isTty,
    color: wantsColor(env, isTty),
    errorColor: wantsColor(env, process.stderr.isTTY === true),
    // Some terminals say 0 when they do not know.
    columns: process.stdout.columns || DEFAULT_COLUMNS,
  };
}
