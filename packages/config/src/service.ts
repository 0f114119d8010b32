import type { Config } from './types.ts';

export interface ConfigIssue {
  /** Dotted path of the key; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** One accepted state of the configuration file (design rule 9). */
export interface ConfigSnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** The file as it stands on disk; null when missing. */
  readonly raw: string | null;
  /** Parsed file before defaults and substitution. */
  readonly parsed: unknown;
  /** With includes and environment substitution, before defaults. */
  readonly resolved?: unknown;
  /** With defaults, as `config.get` shows it; empty for an invalid file. What the gateway runs on is `current()`. */
  readonly config: Config;
  readonly valid: boolean;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
  readonly legacyIssues: readonly ConfigIssue[];
  /** SHA-256 of `raw` in hex; of empty text when the file is missing. */
  readonly hash?: string;
}

/** Where everything lives on this machine, from the environment (reference protocol/state-layout.md §1). */
export interface StatePaths {
  readonly homeDir: string;
  readonly stateDir: string;
  readonly configPath: string;
  /** Workspace of the default agent when the configuration names none; absent means `<homeDir>/.openclaw/workspace`. */
  readonly defaultWorkspaceDir?: string;
  /** A further folder of channel adapters, from `CHELA_CHANNEL_ADAPTERS`; for tests of adapters. */
  readonly channelAdaptersDir?: string;
}

export interface ConfigService {
  readonly paths: StatePaths;
  /** The running generation: the last valid one, even while the file on disk is broken. */
  current(): Config;
  /** The newest look at the file, valid or not, for `config.get` and for telling people what is wrong. */
  snapshot(): ConfigSnapshot;
  /** Reads the file again; a broken one leaves `current` as it is and is logged with key, problem and mend. */
  reload(): Promise<ConfigSnapshot>;
  /** Called after each accepted change. Returns the unsubscriber. */
  onChange(listener: (next: Config, previous: Config) => void): () => void;
  close(): Promise<void>;
}
