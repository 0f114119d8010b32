import { filledString, finiteNumber, isObject, type JsonObject, listOf, objectOf, stringOf } from '../../json-shape.ts';

/** How programs of this machine that answer in place of a provider are called (`agents.defaults.cliBackends.<id>`). Pure. */

export type CliOutput = 'json' | 'jsonl' | 'text';

/** When a silent program is given up: a share of the longest it may take, between two bounds; all in milliseconds. */
export interface CliPatience {
  readonly noOutputTimeoutMs: number | undefined;
  readonly noOutputTimeoutRatio: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export interface CliBackend {
  readonly id: string;
  readonly command: string;
  readonly args: readonly string[];
  /** In place of `args` when a session goes on; `{sessionId}` is filled in. */
  readonly resumeArgs: readonly string[] | undefined;
  readonly output: CliOutput;
  readonly resumeOutput: CliOutput | undefined;
  readonly input: 'arg' | 'stdin';
  /** A longer prompt goes in by stdin. */
  readonly maxPromptArgChars: number;
  readonly env: Readonly<Record<string, string>>;
  /** Variables the program must not see. */
  readonly clearEnv: readonly string[];
  readonly modelArg: string | undefined;
  readonly modelAliases: Readonly<Record<string, string>>;
  readonly sessionArg: string | undefined;
  readonly sessionArgs: readonly string[];
  /** `always`: a new id where none is known; `existing`: only an id the program gave. */
  readonly sessionMode: 'always' | 'existing' | 'none';
  readonly sessionIdFields: readonly string[];
  readonly systemPromptArg: string | undefined;
  readonly systemPromptWhen: 'first' | 'always' | 'never';
  readonly imageArg: string | undefined;
  readonly imageMode: 'repeat' | 'list';
  /** One call at a time. */
  readonly serialize: boolean;
  readonly freshPatience: CliPatience;
  readonly resumePatience: CliPatience;
}

/** One argument of a Linux command line holds 128 KiB. */
const PROMPT_ARG_MAX_CHARS = 30_000;

const FRESH: CliPatience = {
  noOutputTimeoutMs: undefined,
  noOutputTimeoutRatio: 0.8,
  minMs: 180_000,
  maxMs: 600_000,
};
const RESUME: CliPatience = {
  noOutputTimeoutMs: undefined,
  noOutputTimeoutRatio: 0.3,
  minMs: 60_000,
  maxMs: 180_000,
};

const PLAIN: Omit<CliBackend, 'id' | 'command'> = {
  args: [],
  resumeArgs: undefined,
  output: 'json',
  resumeOutput: undefined,
  input: 'arg',
  maxPromptArgChars: PROMPT_ARG_MAX_CHARS,
  env: {},
  clearEnv: [],
  modelArg: undefined,
  modelAliases: {},
  sessionArg: undefined,
  sessionArgs: [],
  sessionMode: 'always',
  sessionIdFields: ['session_id', 'sessionId', 'conversation_id', 'conversationId'],
  systemPromptArg: undefined,
  systemPromptWhen: 'first',
  imageArg: undefined,
  imageMode: 'repeat',
  serialize: true,
  freshPatience: FRESH,
  resumePatience: RESUME,
};

const CLAUDE_FLAGS = ['-p', '--output-format', 'json', '--dangerously-skip-permissions'];
const CODEX_FLAGS = ['--color', 'never', '--sandbox', 'read-only', '--skip-git-repo-check'];

const BUILT_IN: Readonly<Record<string, CliBackend>> = {
  'claude-cli': {
    ...PLAIN,
    id: 'claude-cli',
    command: 'claude',
    args: CLAUDE_FLAGS,
    resumeArgs: [...CLAUDE_FLAGS, '--resume', '{sessionId}'],
    modelArg: '--model',
    modelAliases: {
      opus: 'opus',
      'opus-4.6': 'opus',
      'opus-4.5': 'opus',
      'claude-opus-4-6': 'opus',
      'claude-opus-4-5': 'opus',
      sonnet: 'sonnet',
      'sonnet-4.6': 'sonnet',
      'sonnet-4.5': 'sonnet',
      'claude-sonnet-4-6': 'sonnet',
      'claude-sonnet-4-5': 'sonnet',
      haiku: 'haiku',
      'haiku-4.5': 'haiku',
      'claude-haiku-4-5': 'haiku',
    },
    sessionArg: '--session-id',
    systemPromptArg: '--append-system-prompt',
    // With a key it would answer on the key's bill instead of the login's.
    clearEnv: ['ANTHROPIC_API_KEY', 'ANTHROPIC_API_KEY_OLD'],
  },
  'codex-cli': {
    ...PLAIN,
    id: 'codex-cli',
    command: 'codex',
    args: ['exec', '--json', ...CODEX_FLAGS],
    resumeArgs: ['exec', 'resume', '{sessionId}', ...CODEX_FLAGS],
    output: 'jsonl',
    resumeOutput: 'text',
    modelArg: '--model',
    sessionMode: 'existing',
    sessionIdFields: ['thread_id'],
    imageArg: '--image',
  },
};

/** Providers that are programs without any configuration. */
export const BUILT_IN_CLI_BACKENDS: readonly string[] = Object.keys(BUILT_IN);

/** The backend of a provider: what is configured over what is built in; undefined when it is no program. */
export function cliBackend(provider: string, configured: Readonly<Record<string, JsonObject>>): CliBackend | undefined {
  const builtIn = Object.hasOwn(BUILT_IN, provider) ? BUILT_IN[provider] : undefined;
  const own = Object.entries(configured).find(([id]) => id.trim().toLowerCase() === provider)?.[1];
  if (own === undefined) return builtIn;
  const command = filledString(own.command) ?? builtIn?.command;
  return command === undefined ? undefined : withSettings({ ...(builtIn ?? PLAIN), id: provider, command }, own);
}

function withSettings(base: CliBackend, own: JsonObject): CliBackend {
  const watchdog = objectOf(objectOf(own.reliability).watchdog);
  return {
    ...base,
    args: wordsOf(own.args) ?? base.args,
    resumeArgs: wordsOf(own.resumeArgs) ?? base.resumeArgs,
    output: oneOf(OUTPUTS, own.output) ?? base.output,
    resumeOutput: oneOf(OUTPUTS, own.resumeOutput) ?? base.resumeOutput,
    input: oneOf(INPUTS, own.input) ?? base.input,
    maxPromptArgChars: finiteNumber(own.maxPromptArgChars) ?? base.maxPromptArgChars,
    env: { ...base.env, ...textsOf(own.env) },
    clearEnv: [...base.clearEnv, ...(wordsOf(own.clearEnv) ?? [])],
    modelArg: filledString(own.modelArg) ?? base.modelArg,
    modelAliases: { ...base.modelAliases, ...textsOf(own.modelAliases) },
    sessionArg: filledString(own.sessionArg) ?? base.sessionArg,
    sessionArgs: wordsOf(own.sessionArgs) ?? base.sessionArgs,
    sessionMode: oneOf(SESSION_MODES, own.sessionMode) ?? base.sessionMode,
    sessionIdFields: wordsOf(own.sessionIdFields) ?? base.sessionIdFields,
    systemPromptArg: filledString(own.systemPromptArg) ?? base.systemPromptArg,
    systemPromptWhen: oneOf(PROMPT_TIMES, own.systemPromptWhen) ?? base.systemPromptWhen,
    imageArg: filledString(own.imageArg) ?? base.imageArg,
    imageMode: oneOf(IMAGE_MODES, own.imageMode) ?? base.imageMode,
    serialize: typeof own.serialize === 'boolean' ? own.serialize : base.serialize,
    freshPatience: patienceOf(base.freshPatience, watchdog.fresh),
    resumePatience: patienceOf(base.resumePatience, watchdog.resume),
  };
}

const OUTPUTS = ['json', 'jsonl', 'text'] as const;
const INPUTS = ['arg', 'stdin'] as const;
const SESSION_MODES = ['always', 'existing', 'none'] as const;
const PROMPT_TIMES = ['first', 'always', 'never'] as const;
const IMAGE_MODES = ['repeat', 'list'] as const;

const oneOf = <T extends string>(names: readonly T[], value: unknown): T | undefined =>
  names.find((name) => name === value);

const wordsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? listOf(value).filter((word): word is string => typeof word === 'string') : undefined;

const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(objectOf(value)).flatMap(([name, text]) => {
      const filled = stringOf(text);
      return filled === undefined ? [] : [[name, filled]];
    }),
  );

function patienceOf(base: CliPatience, value: unknown): CliPatience {
  if (!isObject(value)) return base;
  return {
    noOutputTimeoutMs: finiteNumber(value.noOutputTimeoutMs) ?? base.noOutputTimeoutMs,
    noOutputTimeoutRatio: finiteNumber(value.noOutputTimeoutRatio) ?? base.noOutputTimeoutRatio,
    minMs: finiteNumber(value.minMs) ?? base.minMs,
    maxMs: finiteNumber(value.maxMs) ?? base.maxMs,
  };
}

/** How long a program may stay silent in a call that may take `limitMs`. */
export function silenceMs(patience: CliPatience, limitMs: number): number {
  const { maxMs, minMs, noOutputTimeoutMs, noOutputTimeoutRatio } = patience;
  if (noOutputTimeoutMs !== undefined) return Math.min(noOutputTimeoutMs, limitMs);
  return Math.min(limitMs, Math.min(maxMs, Math.max(minMs, Math.floor(limitMs * noOutputTimeoutRatio))));
}
