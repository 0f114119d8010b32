import { ConfigRejectedError } from '@chela/config';
import { invalidRequest } from '@chela/protocol';
import type { GatewayServices, MethodDefinition } from '../method.ts';
import type { DefenderMode, SecurityDesk } from '../security-desk.ts';
import { ownMethod } from './own-method.ts';
import { isRecord } from './record.ts';
import { policyMethods } from './security-policy.ts';

const MODES: readonly DefenderMode[] = ['off', 'audit', 'enforce'];
const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;
const PENDING_MAX = 200;

export type SecurityServices = Pick<GatewayServices, 'store' | 'config' | 'editor'> & {
  readonly security: SecurityDesk;
};

/**
 * The defender for people and programs: what it decided, what it put away, by which policy, and whether its records are
 * whole (reference defender/defender.md §B). Looking needs the read scope; what lowers protection needs admin.
 */
export function securityMethods(services: SecurityServices): readonly MethodDefinition[] {
  const { security, store, config, editor } = services;
  return [
    ownMethod({ name: 'security.status', scope: 'read', handle: () => status(services) }),
    ownMethod({
      name: 'security.decisions',
      scope: 'read',
      async handle({ limit, before }) {
        const wanted = pageSize(limit);
        const entries = store.audit.recent(wanted, wholeOrNone('before', before));
        const decisions = entries.map(({ seq, at, body }) => ({ seq, at, ...recordOf(body) }));
        const last = entries.at(-1);
        return { decisions, before: entries.length < wanted || last === undefined ? null : last.seq };
      },
    }),
    ownMethod({
      name: 'security.approvals.list',
      scope: 'approvals',
      async handle() {
        const rows = await store.approvals.unfinished(PENDING_MAX);
        const pending = rows.filter(({ state }) => state === 'pending');
        return {
          approvals: pending.map(({ id, request, createdAt, expiresAt }) => ({
            id,
            request,
            createdAtMs: createdAt,
            expiresAtMs: expiresAt,
          })),
        };
      },
    }),
    ownMethod({
      name: 'security.quarantine.list',
      scope: 'read',
      handle: async ({ limit }) => ({ files: await (await security.service()).quarantine.list(pageSize(limit)) }),
    }),
    ownMethod({
      name: 'security.quarantine.remove',
      scope: 'approvals',
      async handle({ file }) {
        if (typeof file !== 'string' || file === '') throw invalidRequest('file is required');
        return { removed: await (await security.service()).quarantine.remove(file) };
      },
    }),
    ownMethod({
      name: 'security.mode.set',
      scope: 'admin',
      async handle({ mode }) {
        const wanted = MODES.find((known) => known === mode);
        if (wanted === undefined) throw invalidRequest(`mode must be one of ${MODES.join(', ')}`);
        if (security.mode().source === 'environment') {
          throw invalidRequest('the environment sets the mode (CHELA_DEFENDER_MODE); change it there');
        }
        try {
          await editor.edit([{ path: ['security', 'defender', 'mode'], value: wanted }]);
        } catch (error) {
          throw error instanceof ConfigRejectedError ? invalidRequest(error.message) : error;
        }
        await config.reload();
        return { ok: true, mode: wanted };
      },
    }),
    ownMethod({ name: 'security.audit.verify', scope: 'read', handle: () => security.verifyAudit() }),
    ownMethod({
      name: 'security.audit.page',
      scope: 'read',
      async handle({ after, limit }) {
        const extent = store.audit.extent() ?? null;
        const from = wholeOrNone('after', after) ?? extent?.base.seq ?? 0;
        return { extent, entries: store.audit.page(from, pageSize(limit)) };
      },
    }),
    ...policyMethods(security),
  ];
}

async function status({ security, store }: SecurityServices): Promise<unknown> {
  const { mode, source } = security.mode();
  const counts = security.counts();
  const extent = store.audit.extent();
  const facts = {
    mode,
    modeSource: source,
    counts,
    pendingApprovals: await store.approvals.countPending(),
    audit: { entries: extent === undefined ? 0 : extent.head.seq - extent.base.seq, head: extent?.head ?? null },
  };
  // A defender that is switched off is not loaded for being asked about.
  if (mode === 'off') return { ...facts, settings: null, policy: null, quarantined: null };
  const service = await security.service();
  const { rules, reviewThreshold, blockThreshold, auditOnly, eventName } = await service.settings();
  return {
    ...facts,
    settings: { rules, reviewThreshold, blockThreshold, auditOnly, eventName },
    policy: await service.policies.state(),
    quarantined: (await service.quarantine.list(PAGE_MAX)).length,
  };
}

/** An entry of the audit log as it was written; one that cannot be read says so. */
function recordOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : { unreadable: true };
  } catch {
    return { unreadable: true };
  }
}

function pageSize(limit: unknown): number {
  const wanted = wholeOrNone('limit', limit) ?? PAGE_DEFAULT;
  if (wanted > PAGE_MAX) throw invalidRequest(`limit must be at most ${PAGE_MAX}`);
  return wanted;
}

function wholeOrNone(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw invalidRequest(`${name} must be a whole number from 1 on`);
}
