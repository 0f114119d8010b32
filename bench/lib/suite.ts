import type { Gateway } from './gateway.ts';
import type { MockStats } from './mock-provider.ts';
import type { Processes } from './processes.ts';

export type Better = 'lower' | 'higher' | 'info';

/** Adds samples of a metric of the running suite. Values that are null or no finite number are left out. */
export type Record = (
  gateway: Gateway,
  metric: string,
  unit: string,
  better: Better,
  values: readonly (number | null)[],
) => void;

/** What a suite may use. */
export interface SuiteContext {
  readonly gateways: readonly Gateway[];
  readonly processes: Processes;
  readonly record: Record;
  /** A line for the notes of the results. */
  readonly note: (text: string) => void;
  /** Progress on stderr. */
  readonly log: (text: string) => void;
  readonly mockStats: () => Promise<MockStats>;
  /** Boots every gateway that is down, on the main state. */
  readonly ensureRunning: () => Promise<void>;
  readonly quick: boolean;
  readonly rssLimitMb: number;
}

export type Suite = (context: SuiteContext) => Promise<void>;
