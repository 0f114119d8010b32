/** The health snapshot of the contract (schema HealthSnapshot, `health` method and event). */
export interface HealthMonitor {
  /** The last snapshot; undefined before the first one. */
  last(): Readonly<Record<string, unknown>> | undefined;
  readonly version: number;
  /** Makes a new snapshot; `probe` asks channels too. Raises the version and broadcasts `health`. */
  refresh(probe: boolean): Promise<Readonly<Record<string, unknown>>>;
  /** The same for whoever does not wait for it: now, or when the pause after the last look is over. */
  refreshInTime(probe: boolean): Promise<Readonly<Record<string, unknown>>>;
}
