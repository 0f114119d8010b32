import { type AuditCheck, sectionOf, textsOf, when } from '../finding.ts';

const REFERENCE = /^\$\{[^}]+\}$/;

function isLiteral(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !REFERENCE.test(value);
}

/** Secrets where they need not be, and how well the defender does its work (reference cli/doctor.md §2, defender/defender.md). */
export const secretAndDefenderChecks: AuditCheck = ({ at, inFile, defenderModeInEnv }) => {
  const mode = defenderModeInEnv ?? at('security.defender.mode');
  const keys = Object.keys(sectionOf(at('security.defender.bundle.trustedKeys')));
  const lowered = Object.entries(sectionOf(at('security.defender.toolRiskBonus'))).filter(([, points]) => points === 0);
  return [
    ...when(isLiteral(inFile('gateway.auth.password')), {
      checkId: 'config.secrets.gateway_password_in_config',
      severity: 'warn',
      title: 'The password of the gateway stands in the configuration',
      detail: 'gateway.auth.password is written out.',
      remediation: 'Put it into the environment as OPENCLAW_GATEWAY_PASSWORD.',
    }),
    ...when(inFile('hooks.enabled') === true && isLiteral(inFile('hooks.token')), {
      checkId: 'config.secrets.hooks_token_in_config',
      severity: 'info',
      title: 'The token of the hooks stands in the configuration',
      detail: 'hooks.token is written out.',
    }),
    ...when(mode === 'off', {
      checkId: 'defender.off',
      severity: 'critical',
      title: 'Actions are not judged before they run',
      detail: 'The mode of the defender is off.',
      remediation: 'Run: chela defender mode enforce',
    }),
    ...when(mode === 'audit' || at('security.defender.auditOnly') === true, {
      checkId: 'defender.audit_only',
      severity: 'warn',
      title: 'Dangerous actions are recorded, not stopped',
      detail: 'The defender only audits.',
      remediation: 'Look at its decisions, then run: chela defender mode enforce',
    }),
    ...when(at('security.defender.rules') === 'baseline', {
      checkId: 'defender.baseline_rules',
      severity: 'warn',
      title: 'The defender looks at words only',
      detail: 'security.defender.rules is baseline: commands are not taken apart, texts not unfolded.',
      remediation: 'Set it to full.',
    }),
    ...when(lowered.length > 0, {
      checkId: 'defender.tool_risk_zero',
      severity: 'info',
      title: 'Some tools count as harmless',
      detail: `security.defender.toolRiskBonus is 0 for ${lowered.map(([tool]) => tool).join(', ')}.`,
    }),
    ...when(keys.length > 0 && textsOf(Object.keys(sectionOf(at('security.defender.protectedFiles')))).length === 0, {
      checkId: 'defender.no_protected_files',
      severity: 'info',
      title: 'No file is watched for changes',
      detail: 'Policies are signed here, but security.defender.protectedFiles is empty.',
    }),
  ];
};
