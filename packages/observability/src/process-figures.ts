/** What the process says about itself at the moment of a reading. */
export interface ProcessFigures {
  readonly memory: {
    readonly rss: number;
    readonly heapTotal: number;
    readonly heapUsed: number;
    readonly external: number;
  };
  /** Microseconds since the start. */
  readonly cpu: { readonly user: number; readonly system: number };
  readonly uptimeSeconds: number;
  /** Since the last reading. */
  readonly loopDelaySeconds: {
    readonly mean: number;
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  };
}
