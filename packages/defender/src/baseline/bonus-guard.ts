import type { Finding, Guard } from '../finding.ts';

/** Points and floors that a tool or a channel brings with it (reference defender/defender.md §A). */
export const bonusGuard: Guard = ({ tool, channel }, settings) => {
  const findings: Finding[] = [];
  const toolPoints = pointsOf(settings.toolRiskBonus, tool);
  if (toolPoints > 0) {
    findings.push({ tag: 'tool_risk_bonus', points: toolPoints, reason: `the tool ${tool} carries risk` });
  }
  const channelPoints = pointsOf(settings.channelRiskBonus, channel);
  if (channelPoints > 0) {
    findings.push({ tag: 'channel_risk_bonus', points: channelPoints, reason: `the channel ${channel} carries risk` });
  }
  const floor =
    tool !== undefined && Object.hasOwn(settings.toolPolicies, tool) ? settings.toolPolicies[tool] : undefined;
  if (floor !== undefined && floor !== 'allow') {
    findings.push({ tag: 'tool_policy', points: 0, floor, reason: `the policy for ${tool} asks for ${floor}` });
  }
  return findings;
};

function pointsOf(bonus: Readonly<Record<string, number>>, name: string | undefined): number {
  return name !== undefined && Object.hasOwn(bonus, name) ? (bonus[name] ?? 0) : 0;
}
