import type { KnownDanger } from './danger-table.ts';

const TAG = 'defense_evasion';

/** Removing traces, and taking the protections of a machine down. */
export const EVASION_DANGERS: readonly KnownDanger[] = [
  {
    tag: TAG,
    reason: 'takes the firewall down or shuts everybody out',
    program: /^(?:ip6?tables|nft|pfctl|firewall-cmd|netsh)$/,
    asks: /(?:^|\s)(?:-F|-X|--flush|flush|-P \w+ \w+|--policy|-[AI] (?:INPUT|OUTPUT|FORWARD) (?:\d+ )?-j (?:DROP|REJECT)|-d|--panic-on|--remove-\S+|delete)(?:\s|$)|state off/i,
  },
  {
    tag: TAG,
    reason: 'removes its traces',
    program: /^journalctl$/,
    asks: /--(?:vacuum-\w+|rotate|flush)/,
  },
  { tag: TAG, reason: 'stops the recording of what happens', program: /^auditctl$/, asks: /-e\s*0|-D\b|-d\b/ },
  {
    tag: TAG,
    reason: 'removes its traces',
    program: /^(?:rm|shred|truncate|unlink|srm|ln|mv|cp)$/,
    asks: /\/var\/log\/(?:auth|secure|audit|wtmp|btmp|lastlog|faillog|syslog|messages|journal)|\/var\/log(?:\/\*)?(?:\s|$)|_history(?:\s|$)/,
    unless: /^(?:-\S+ )*\/var\/log\/\S+ (?!\/dev\/null)\S+$/,
  },
  {
    tag: TAG,
    reason: 'takes lines out of a log',
    program: /^(?:g?sed|perl|ruby|ed|ex)$/,
    asks: /^(?!-n |.*\s-n\s)(?=.*(?:^|\s)(?:-\w*i|--in-place|-s|-c)).*\/var\/log\//,
  },
  {
    tag: TAG,
    reason: 'weakens a protection of the machine',
    program:
      /^(?:mount|sysctl|aa-(?:disable|teardown|complain)|sestatus|defaults|Set-MpPreference|bcdedit|reg|chattr|tccutil)$/,
    asks: /remount,\S*(?:rw|exec|suid)|randomize_va_space=0|kernel\.(?:yama|kptr|dmesg)\S*=0|^\/|DisableRealtime|LSQuarantine|testsigning|LoginHook|-i \/(?:etc|bin|usr|boot|sbin)|^reset All/,
  },
  {
    tag: TAG,
    reason: 'takes a protection of the machine down',
    program: /^(?:service|rc-service)$/,
    asks: /\b(?:auditd|rsyslog|ufw|firewalld|iptables|apparmor|fail2ban|clamav\S*)\s+stop\b/,
  },
  {
    tag: TAG,
    reason: 'takes a protection of the machine down',
    program: /^launchctl$/,
    asks: /\b(?:unload|bootout|disable|remove)\b.*(?:\/LaunchDaemons\/|crowdstrike|sentinel|falcon|jamf|santa|com\.apple\.(?:alf|auditd|security))/i,
  },
  {
    tag: TAG,
    reason: 'hides what it does from the history',
    program: /^(?:export|set|declare|typeset|env|sh|bash|zsh|ksh|script)$/,
    asks: /(?:^|\s)HIST(?:FILE|SIZE|FILESIZE)=(?:\/dev\/null|0|\s|$)|\+o history/,
  },
];
