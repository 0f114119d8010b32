import type { Env } from '@chela/config';
import type { DefenderService } from '@chela/defender';
import type { DecisionCounts, DefenderMode, SecurityDesk } from '@chela/gateway';
import type { Clock } from '@chela/observability';
import { type AuditAnchors, type AuditLog, readAuditAnchors, verifyAuditLog } from '@chela/store';
import type { DecisionListener } from './create-defense.ts';

const MODES: readonly DefenderMode[] = ['off', 'audit', 'enforce'];

/** What the gateway's methods may see and change of the defender. */
export function createSecurityDesk(deps: {
  readonly service: () => Promise<DefenderService>;
  readonly subscribe: (listener: DecisionListener) => () => void;
  /** The `security.defender` section of the running configuration. */
  readonly section: () => unknown;
  readonly env: Env;
  readonly defaultMode: DefenderMode;
  readonly log: AuditLog;
  readonly anchors: AuditAnchors;
  readonly anchorsPath: string;
  readonly clock: Clock;
}): SecurityDesk {
  let counts: DecisionCounts = { since: deps.clock.now(), allow: 0, review: 0, block: 0 };
  deps.subscribe(({ decision: { action } }) => {
    counts = { ...counts, [action]: counts[action] + 1 };
  });
  return {
    mode() {
      const fromEnv = modeOf(deps.env.CHELA_DEFENDER_MODE);
      if (fromEnv !== undefined) return { mode: fromEnv, source: 'environment' };
      const section = deps.section();
      const configured =
        typeof section === 'object' && section !== null && 'mode' in section ? section.mode : undefined;
      const known = modeOf(configured);
      if (known !== undefined) return { mode: known, source: 'config' };
      return { mode: deps.defaultMode, source: 'default' };
    },
    counts: () => counts,
    service: deps.service,
    async verifyAudit() {
      await deps.anchors.note();
      const anchors = await readAuditAnchors(deps.anchorsPath);
      return { ...(await verifyAuditLog(deps.log, anchors)), anchors: anchors.slice(-1) };
    },
  };
}

function modeOf(value: unknown): DefenderMode | undefined {
  return MODES.find((mode) => mode === value);
}
