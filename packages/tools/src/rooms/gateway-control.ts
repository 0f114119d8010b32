/** What the `gateway` tool may do to the gateway. Results are those of the methods of the same name, secrets removed. */
export interface GatewayControl {
  configGet(): Promise<unknown>;
  configSchema(): Promise<unknown>;
  /** Absent: the configuration is read-only for agents. */
  configApply?(input: { readonly raw: string; readonly baseHash?: string; readonly note?: string }): Promise<unknown>;
  configPatch?(input: { readonly raw: string; readonly baseHash?: string; readonly note?: string }): Promise<unknown>;
  /** Absent: the gateway cannot restart itself. */
  restart?(input: {
    readonly delayMs?: number;
    readonly reason?: string;
    readonly sessionKey: string;
  }): Promise<unknown>;
}
