import type { AuditCheck, AuditFinding, Severity } from '../finding.ts';

/** What channels themselves say of their settings (reference cli/doctor.md §2, `channels.<id>.warning.<n>`). */
export const channelWarningChecks: AuditCheck = async ({ channelIssues }) => {
  const counts = new Map<string, number>();
  return (await channelIssues()).map(({ channel, label, accountId, message, fix }): AuditFinding => {
    const count = (counts.get(channel) ?? 0) + 1;
    counts.set(channel, count);
    return {
      checkId: `channels.${channel}.warning.${count}`,
      severity: severityOf(message),
      title: `${label} should be looked at`,
      detail: `${label} ${accountId}: ${message}`,
      ...(fix !== undefined && { remediation: fix }),
    };
  });
};

/** By its words: a door that stands open is the worst, one that is shut is none. */
function severityOf(message: string): Severity {
  if (/\b(?:open|anyone|anybody|everybody|public)\b/i.test(message)) return 'critical';
  return /\b(?:locked|disabled)\b/i.test(message) ? 'info' : 'warn';
}
