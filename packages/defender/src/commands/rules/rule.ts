import type { Finding } from '../../finding.ts';
import type { RunReport } from '../run/run-command.ts';

/** Looks for one class of danger in all that a text would run. */
export type CommandRule = (report: RunReport) => readonly Finding[];

/** Harm that cannot be taken back, or somebody else's code with the gateway's rights. */
export const CRITICAL = { points: 80, floor: 'block' } as const;
/** What people do now and then, but an agent should ask for. */
export const SERIOUS = { points: 25, floor: 'review' } as const;
/** Raises the score; alone it stops nothing. */
export const NOTED = { points: 4 } as const;
