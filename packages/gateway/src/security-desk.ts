import type { DefenderService } from '@chela/defender';
import type { AuditMark, AuditReport } from '@chela/store';

export type DefenderMode = 'off' | 'audit' | 'enforce';

/** What people and programs may see and change of the defender; behind the `security.*` methods. */
export interface SecurityDesk {
  /** In force now; cheap, loads nothing. */
  mode(): { readonly mode: DefenderMode; readonly source: 'environment' | 'config' | 'default' };
  /** Decisions of this process by what came of them. */
  counts(): DecisionCounts;
  /** Loads the defender when nothing has been judged yet. */
  service(): Promise<DefenderService>;
  /** Checks the whole audit log against itself and against what was noted outside of it. */
  verifyAudit(): Promise<AuditReport & { readonly anchors: readonly AuditMark[] }>;
}

export interface DecisionCounts {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly allow: number;
  readonly review: number;
  readonly block: number;
}
