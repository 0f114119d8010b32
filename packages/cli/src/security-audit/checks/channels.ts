import { type AuditCheck, type AuditFinding, sectionOf, textsOf, when } from '../finding.ts';

const NOT_A_CHANNEL = new Set(['defaults']);

/** Who may write to the assistant (reference cli/doctor.md §2). */
export const channelChecks: AuditCheck = ({ at }) => {
  const channels = Object.entries(sectionOf(at('channels'))).filter(([id]) => !NOT_A_CHANNEL.has(id));
  const open = channels.filter(([, section]) => groupPolicies(section).includes('open')).map(([id]) => id);
  const counted = (policy: string): number =>
    channels.filter(([, section]) => sectionOf(section).groupPolicy === policy).length;
  const isElevated = at('tools.elevated.enabled') !== false;
  return [
    {
      checkId: 'summary.attack_surface',
      severity: 'info',
      title: 'Ways in',
      detail: [
        `groups: open=${counted('open')}, allowlist=${counted('allowlist')}`,
        `tools.elevated: ${onOff(isElevated)}`,
        `hooks.webhooks: ${onOff(at('hooks.enabled') === true)}`,
        `hooks.internal: ${onOff(at('hooks.internal.enabled') === true)}`,
        `browser control: ${onOff(at('browser.enabled') !== false)}`,
      ].join('\n'),
    },
    ...when(open.length > 0 && isElevated, {
      checkId: 'security.exposure.open_groups_with_elevated',
      severity: 'critical',
      title: 'Anybody in a group reaches an assistant with elevated tools',
      detail: `groupPolicy is open for ${open.join(', ')}, and tools.elevated is not off.`,
      remediation: 'Set groupPolicy to allowlist, or tools.elevated.enabled to false.',
    }),
    ...channels.flatMap(([id, section]) => directMessages(id, sectionOf(section), at('session.dmScope'))),
  ];
};

function groupPolicies(section: unknown): readonly unknown[] {
  const { groupPolicy, accounts } = sectionOf(section);
  return [groupPolicy, ...Object.values(sectionOf(accounts)).map((account) => sectionOf(account).groupPolicy)];
}

function directMessages(
  id: string,
  section: Readonly<Record<string, unknown>>,
  scope: unknown,
): readonly AuditFinding[] {
  const dm = sectionOf(section.dm);
  const policy = section.dmPolicy ?? dm.policy;
  const allowed = textsOf(section.allowFrom ?? dm.allowFrom);
  const isShared = scope === undefined || scope === 'main';
  return [
    ...when(policy === 'open', {
      checkId: `channels.${id}.dm.open`,
      severity: 'critical',
      title: `Anybody may write to the assistant over ${id}`,
      detail: `channels.${id}.dmPolicy is open.`,
      remediation: 'Use pairing or allowlist.',
    }),
    ...when(policy === 'open' && !allowed.includes('*'), {
      checkId: `channels.${id}.dm.open_invalid`,
      severity: 'warn',
      title: `The open door of ${id} is not set up right`,
      detail: `channels.${id}.dmPolicy is open, but its allowFrom does not contain "*".`,
    }),
    ...when(policy === 'disabled', {
      checkId: `channels.${id}.dm.disabled`,
      severity: 'info',
      title: `Nobody may write to the assistant over ${id}`,
      detail: `channels.${id}.dmPolicy is disabled.`,
    }),
    ...when(isShared && (policy === 'open' || allowed.length > 1), {
      checkId: `channels.${id}.dm.scope_main_multiuser`,
      severity: 'warn',
      title: `Several people share one conversation over ${id}`,
      detail: 'session.dmScope is main: what one of them says, the others can ask for.',
      remediation: 'Set session.dmScope to per-channel-peer.',
    }),
  ];
}

function onOff(isOn: boolean): string {
  return isOn ? 'enabled' : 'disabled';
}
