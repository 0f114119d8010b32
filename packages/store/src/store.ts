import type { Clock, Logger } from '@chela/observability';
import type { ApprovalRepository } from './approvals.ts';
import type { AuditLog } from './audit.ts';
import type { BudgetRepository } from './budgets.ts';
import type { ChannelInbox } from './channel-inbox.ts';
import type { DeliveryRepository } from './deliveries.ts';
import type { Ledger } from './ledger.ts';
import type { OccurrenceRepository } from './occurrences.ts';
import type { SessionRepository } from './sessions.ts';
import type { StatePasses } from './state-passes.ts';
import type { SubagentRepository } from './subagents.ts';
import type { ToolResultRepository } from './tool-results.ts';
import type { TranscriptRepository } from './transcript.ts';
import type { UsageRepository } from './usage.ts';

export interface StoreOptions {
  /** The OpenClaw state directory; our database lives in `<stateDir>/chela/chela.sqlite`. */
  readonly stateDir: string;
  /** Keeps the original's `sessions.json` and transcripts current (`CHELA_STATE_MIRROR=openclaw`). */
  readonly mirror: boolean;
  /** Written into the header of mirrored transcripts. */
  readonly workspaceDir: (agentId: string) => string;
  /** `session.store` of the configuration, a path template with `{agentId}`, when set. */
  readonly sessionStorePath?: string;
  /** Imports sessions only when somebody asks for them; for a pass that wants to see what an import changes. */
  readonly importOnDemand?: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Size in bytes beyond which the mirrored `sessions.json` leaves a copy before it is replaced; undefined: never. */
  readonly rotateBytes?: () => number | undefined;
}

export interface Store {
  readonly ledger: Ledger;
  readonly approvals: ApprovalRepository;
  readonly budgets: BudgetRepository;
  /** Messages on their way to channels. */
  readonly deliveries: DeliveryRepository;
  /** Due times of scheduled jobs. */
  readonly occurrences: OccurrenceRepository;
  readonly audit: AuditLog;
  /** What arrived on channels and became of it. */
  readonly channelInbox: ChannelInbox;
  readonly sessions: SessionRepository;
  readonly transcripts: TranscriptRepository;
  readonly toolResults: ToolResultRepository;
  readonly usage: UsageRepository;
  readonly passes: StatePasses;
  readonly subagents: SubagentRepository;
  /** Resolves when everything written so far stands in the mirrored files; at once when the mirror is off. */
  mirrored(): Promise<void>;
  /** `PRAGMA integrity_check`; empty when the database is sound. */
  integrity(): Promise<readonly string[]>;
  close(): Promise<void>;
}
