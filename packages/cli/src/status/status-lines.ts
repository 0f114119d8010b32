import { formatUsd } from '@chela/models';
import { accountHealth } from '../channels/account-line.ts';
import { formatAge, formatTokens, tildePath } from '../format.ts';
import { arrayAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { shortAuditLines } from '../security-audit/audit-lines.ts';
import { boxTable } from '../table.ts';
import { quotaCells } from './quota-lines.ts';
import type { GatewayFacts, StatusReport } from './report.ts';

export interface StatusView {
  /** Characters. */
  readonly width: number;
  /** With the places of files, for a report to share. */
  readonly all: boolean;
  readonly now: number;
}

/** `status` for people: an overview, the newest sessions, what to do next. */
export function statusLines(report: StatusReport, loaded: LoadedConfig, view: StatusView): string[] {
  const { gateway } = report;
  const recent = arrayAt(recordAt(report, 'sessions'), 'recent').map(sessionCells);
  const head = ['Key', 'Kind', 'Age', 'Model', 'Tokens'];
  return [
    'Chela status',
    '',
    'Overview',
    ...boxTable(['Item', 'Value'], overviewRows(report, loaded, view), view.width),
    ...(recent.length > 0 ? ['', 'Sessions', ...boxTable(head, recent, view.width)] : []),
    ...channelTable(report, view),
    '',
    'Security audit',
    ...shortAuditLines(report.securityAudit),
    '',
    'Next steps:',
    ...(gateway.reachable
      ? [
          '  To watch what happens:  chela logs --follow',
          '  To check the channels:  chela status --deep',
          '  To share this:          chela status --all',
        ]
      : ['  To start the gateway:   chela gateway run', '  To see what is wrong:   chela gateway probe']),
  ];
}

function overviewRows(report: StatusReport, loaded: LoadedConfig, view: StatusView): string[][] {
  const { gateway, agents } = report;
  const { paths, snapshot } = loaded;
  const sessions = recordAt(report, 'sessions');
  const defaults = recordAt(sessions, 'defaults');
  const window = numberAt(defaults, 'contextTokens');
  const model = textAt(defaults, 'model') ?? 'chosen at start';
  const rest =
    agents.bootstrapPendingCount > 0 ? ` · ${agents.bootstrapPendingCount} before the first conversation` : '';
  return [
    ['Dashboard', `${gateway.url.replace(/^ws/, 'http')}/`],
    ['OS', `${report.os.label} · node ${process.versions.node}`],
    ['Gateway', gatewayCell(gateway)],
    ['Config', `${tildePath(snapshot.path, paths.homeDir)}${configNote(loaded)}`],
    ['State', tildePath(paths.stateDir, paths.homeDir)],
    ['Agents', `${agents.agents.length} · default ${agents.defaultId}${rest}`],
    ['Heartbeat', heartbeatCell(report)],
    [
      'Sessions',
      `${numberAt(sessions, 'count') ?? 'unknown number'} stored · default ${model}${window ? ` (${formatTokens(window)} ctx)` : ''}`,
    ],
    ...(view.all
      ? agents.agents.flatMap((agent) => [
          [
            `Agent ${agent.id}`,
            `${tildePath(agent.workspaceDir, paths.homeDir)} · sessions ${agent.sessionsCount ?? 'unknown'}`,
          ],
        ])
      : []),
    ...arrayAt(report, 'budgets').map((budget) => [`Budget ${textAt(budget, 'scope') ?? '?'}`, budgetCell(budget)]),
    ...('usage' in report ? quotaCells(report.usage) : []),
    ...('health' in report ? [['Health', healthCell(recordAt(report, 'health'))]] : []),
  ];
}

/** The channels of a deep look, each account with its ages. */
function channelTable(report: StatusReport, { width, now }: StatusView): readonly string[] {
  const health = recordAt(report, 'health');
  const labels = recordAt(health, 'channelLabels');
  const rows = Object.entries(recordAt(health, 'channels')).flatMap(([id, channel]) =>
    Object.values(recordAt(channel, 'accounts')).map((account) => {
      const { state, facts } = accountHealth(account, now);
      const name = `${textAt(labels, id) ?? id} ${textAt(account, 'accountId') ?? 'default'}`;
      return [name, state, facts.join(', ')];
    }),
  );
  return rows.length === 0 ? [] : ['', 'Channels', ...boxTable(['Account', 'State', 'Detail'], rows, width)];
}

function configNote({ snapshot }: LoadedConfig): string {
  if (!snapshot.exists) return ' (not made yet)';
  const [issue] = snapshot.issues;
  return issue === undefined ? '' : ` (not valid: ${issue.path || '<root>'}: ${issue.message})`;
}

function gatewayCell(gateway: GatewayFacts): string {
  const reach = gateway.reachable ? `reachable ${gateway.connectLatencyMs}ms` : `unreachable (${gateway.error})`;
  const self = gateway.self ? ` · ${gateway.self.host} app ${gateway.self.version} ${gateway.self.platform}` : '';
  return `${gateway.mode} · ${gateway.url} (${gateway.urlSource}) · ${reach}${self}`;
}

function heartbeatCell(report: StatusReport): string {
  const beats = arrayAt(recordAt(report, 'heartbeat'), 'agents').map(
    (agent) => `${textAt(agent, 'every') ?? 'disabled'} (${textAt(agent, 'agentId') ?? '?'})`,
  );
  return beats.join(', ') || 'not known without the gateway';
}

function healthCell(health: unknown): string {
  if (recordAt({ health }, 'health').ok !== true) return 'no answer';
  const channels = Object.keys(recordAt(health, 'channels')).length;
  return `ok in ${numberAt(health, 'durationMs') ?? 0}ms · ${channels} ${channels === 1 ? 'channel' : 'channels'}`;
}

/** What is spent of each limit, and what calls under way have reserved. */
function budgetCell(budget: unknown): string {
  const dollars = (name: string): string => formatUsd(numberAt(budget, name) ?? 0);
  const limitUsd = numberAt(budget, 'limitUsd');
  const limitTokens = numberAt(budget, 'limitTokens');
  const reserved = numberAt(budget, 'reservedUsd') ?? 0;
  return [
    ...(limitUsd === undefined ? [] : [`${dollars('spentUsd')} of ${formatUsd(limitUsd)}`]),
    ...(limitTokens === undefined
      ? []
      : [`${formatTokens(numberAt(budget, 'spentTokens') ?? 0)} of ${formatTokens(limitTokens)} tokens`]),
    ...(reserved > 0 ? [`${dollars('reservedUsd')} reserved`] : []),
  ].join(' · ');
}

function sessionCells(row: unknown): string[] {
  const total = numberAt(row, 'totalTokens');
  const window = numberAt(row, 'contextTokens');
  const percent = numberAt(row, 'percentUsed');
  const tokens = total === undefined ? '-' : `${formatTokens(total)}${window ? `/${formatTokens(window)}` : ''}`;
  return [
    textAt(row, 'key') ?? '?',
    textAt(row, 'kind') ?? '?',
    formatAge(numberAt(row, 'age') ?? 0),
    textAt(row, 'model') ?? '-',
    percent === undefined ? tokens : `${tokens} (${percent}%)`,
  ];
}
