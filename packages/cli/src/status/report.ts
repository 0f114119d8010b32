import type { GatewaySelf } from '../gateway-self.ts';
import type { AuditReport } from '../security-audit/run-audit.ts';

/** What `status` found out about the gateway (reference cli/cli.md §5). */
export interface GatewayFacts {
  readonly mode: string;
  readonly url: string;
  readonly urlSource: string;
  readonly misconfigured: boolean;
  readonly reachable: boolean;
  /** Milliseconds; null when nothing answered. */
  readonly connectLatencyMs: number | null;
  readonly self: GatewaySelf | null;
  readonly error: string | null;
}

export interface AgentFact {
  readonly id: string;
  readonly name?: string;
  readonly workspaceDir: string;
  /** The workspace still has the file of the first conversation. */
  readonly bootstrapPending: boolean;
  readonly sessionsPath: string;
  /** Null when only a silent gateway could know. */
  readonly sessionsCount: number | null;
  /** Milliseconds since the epoch. */
  readonly lastUpdatedAt: number | null;
  readonly lastActiveAgeMs: number | null;
}

export interface AgentFacts {
  readonly defaultId: string;
  readonly agents: readonly AgentFact[];
  readonly totalSessions: number;
  readonly bootstrapPendingCount: number;
}

/** The JSON of `status`; besides these members it has those of the gateway's `status` method. */
export interface StatusReport {
  readonly os: { readonly platform: string; readonly arch: string; readonly release: string; readonly label: string };
  readonly gateway: GatewayFacts;
  readonly agents: AgentFacts;
  readonly securityAudit: AuditReport;
  readonly [member: string]: unknown;
}
