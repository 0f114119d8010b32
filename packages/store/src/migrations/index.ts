import type { MigrationEntry } from './migration.ts';

/** All migrations in the order they run. */
export const MIGRATIONS: readonly MigrationEntry[] = [
  { name: '0001-ledger', load: async () => (await import('./0001-ledger.ts')).ledger },
  { name: '0002-transcripts', load: async () => (await import('./0002-transcripts.ts')).transcripts },
  { name: '0003-sessions', load: async () => (await import('./0003-sessions.ts')).sessions },
  { name: '0004-approvals', load: async () => (await import('./0004-approvals.ts')).approvals },
  { name: '0005-occurrences', load: async () => (await import('./0005-occurrences.ts')).occurrences },
  { name: '0006-budgets', load: async () => (await import('./0006-budgets.ts')).budgets },
  { name: '0007-subagents', load: async () => (await import('./0007-subagents.ts')).subagents },
  { name: '0008-audit', load: async () => (await import('./0008-audit.ts')).audit },
  { name: '0009-tool-results', load: async () => (await import('./0009-tool-results.ts')).toolResults },
  { name: '0011-channel-inbox', load: async () => (await import('./0011-channel-inbox.ts')).channelInbox },
  { name: '0012-deliveries', load: async () => (await import('./0012-deliveries.ts')).deliveries },
  { name: '0013-delivery-mirror', load: async () => (await import('./0013-delivery-mirror.ts')).deliveryMirror },
  { name: '0023-usage', load: async () => (await import('./0023-usage.ts')).usage },
  { name: '0024-delivery-lanes', load: async () => (await import('./0024-delivery-lanes.ts')).deliveryLanes },
  { name: '0025-forked-logs', load: async () => (await import('./0025-forked-logs.ts')).forkedLogs },
];
