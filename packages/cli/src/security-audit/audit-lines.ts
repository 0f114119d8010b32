import type { AuditFinding, Severity } from './finding.ts';
import type { AuditReport } from './run-audit.ts';

const ORDER: readonly Severity[] = ['critical', 'warn', 'info'];

function summaryLine({ summary }: AuditReport): string {
  return `Summary: ${ORDER.map((severity) => `${summary[severity]} ${severity}`).join(' · ')}`;
}

/** Findings in an overview. */
const SHOWN = 6;

/** The report for people, the worst first. */
export function auditLines(report: AuditReport): string[] {
  const groups = ORDER.flatMap((severity) => {
    const found = report.findings.filter((finding) => finding.severity === severity);
    return found.length === 0 ? [] : ['', severity.toUpperCase(), ...found.flatMap(findingLines)];
  });
  return ['Chela security audit', summaryLine(report), ...groups];
}

function findingLines({ checkId, title, detail, remediation }: AuditFinding): string[] {
  return [
    `${checkId} ${title}`,
    ...detail.split('\n').map((line) => `  ${line}`),
    ...(remediation === undefined ? [] : [`  Fix: ${remediation}`]),
  ];
}

/** The worst of it, for an overview. */
export function shortAuditLines(report: AuditReport): string[] {
  const worst = ORDER.flatMap((severity) =>
    severity === 'info' ? [] : report.findings.filter((finding) => finding.severity === severity),
  ).slice(0, SHOWN);
  return [
    summaryLine(report),
    ...worst.flatMap(({ severity, title, remediation }) => [
      `  ${severity.toUpperCase()} ${title}`,
      ...(remediation === undefined ? [] : [`    Fix: ${remediation}`]),
    ]),
    'In full: chela security audit',
  ];
}
