/** What is told when the gateway has started again, and where. */
interface RestartNote {
  readonly sessionKey: string;
  readonly note?: string;
  readonly restartDelayMs?: number;
}

export interface ConfigChange extends RestartNote {
  readonly raw: string;
  readonly baseHash: string;
}

export interface UpdateRequest extends RestartNote {
  readonly timeoutMs?: number;
}

/** What the `gateway` tool may do to the gateway. Results are those of the methods of the same name, secrets removed. */
export interface GatewayControl {
  configGet(): Promise<unknown>;
  configSchema(): Promise<unknown>;
  /** Absent: the configuration is read-only for agents. */
  configApply?(change: ConfigChange): Promise<unknown>;
  configPatch?(change: ConfigChange): Promise<unknown>;
  /** Absent: the program is not updated from inside. */
  updateRun?(update: UpdateRequest): Promise<unknown>;
  /** Absent: the gateway cannot restart itself. */
  restart?(input: {
    readonly delayMs?: number;
    readonly reason?: string;
    readonly note?: string;
    readonly sessionKey: string;
  }): Promise<unknown>;
}
