/** What a client is told about a restart that will come (reference config/config.md §9). */
export interface ScheduledRestart {
  readonly ok: true;
  readonly pid: number;
  readonly signal: 'SIGUSR1';
  readonly delayMs: number;
  readonly reason: string;
  readonly mode: 'emit';
}

export interface RestartRequest {
  /** Why, e.g. `config.patch`. */
  readonly reason: string;
  /** How long to wait before the gateway looks for a quiet moment; default 2 000, at most 60 000. */
  readonly delayMs?: number;
  /** A changed file asks for itself; somebody who asked by name decides when. Default false. */
  readonly fromFile?: boolean;
}

/** The one place where a restart of the gateway is asked for. */
export interface RestartControl {
  /** Several requests become one restart: the earliest that was asked for by name, else the earliest. */
  schedule(request: RestartRequest): ScheduledRestart;
}
