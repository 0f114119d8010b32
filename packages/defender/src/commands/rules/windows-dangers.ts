import type { KnownDanger } from './danger-table.ts';
import { CRITICAL } from './rule.ts';

const EVASION = 'defense_evasion';
const PERSISTENCE = 'persistence';
const RIGHTS = 'privilege_escalation';

/** Dangers of a machine with Windows. Paths have forward slashes by now (`windows-paths.ts`). */
export const WINDOWS_DANGERS: readonly KnownDanger[] = [
  {
    tag: 'data_loss',
    reason: 'deletes the copies that a machine is restored from',
    program: /^(?:vssadmin|wbadmin|bcdedit|reagentc)(?:\.exe)?$/i,
    asks: /\bdelete\b|recoveryenabled|bootstatuspolicy|\/disable|safeboot/i,
  },
  { tag: 'data_loss', reason: 'wipes what was deleted', program: /^cipher(?:\.exe)?$/i, asks: /\/w/i },
  {
    tag: 'disk_write',
    reason: 'formats or wipes a disk',
    program: /^(?:format(?:\.com)?|Clear-Disk|Format-Volume|Initialize-Disk|Remove-Partition|diskpart)$/i,
    asks: /\b[a-z]:|-Drive|-Number|-Disk|\/s\b|clean/i,
    weight: CRITICAL,
  },
  {
    tag: EVASION,
    reason: 'removes its traces',
    program: /^(?:wevtutil(?:\.exe)?|Clear-EventLog|Remove-EventLog|Clear-History|fsutil|auditpol)$/i,
    asks: /^(?:cl\b|clear-log|usn deletejournal|.*\/clear)|-LogName|^$/i,
  },
  {
    tag: EVASION,
    reason: 'takes a protection of the machine down',
    program:
      /^(?:Set-MpPreference|Add-MpPreference|Set-ExecutionPolicy|Stop-Service|Set-NetFirewallProfile|Disable-\S+|Uninstall-WindowsFeature|sc(?:\.exe)?|net1?)$/i,
    asks: /-Disable|-Exclusion|\b(?:Bypass|Unrestricted)\b|\b(?:stop|delete|config)\b.*(?:defend|sense|firewall|mpssvc|eventlog)|^\S*(?:WinDefend|mpssvc|EventLog|Sense)\b|-Enabled:? ?(?:False|\0)|\bFalse\b/i,
    unless: /-Scope (?:Process|CurrentUser)\b/i,
  },
  {
    tag: EVASION,
    reason: 'takes a protection of the machine down',
    program: /^(?:reg|Set-ItemProperty|New-ItemProperty)(?:\.exe)?$/i,
    asks: /DisableAntiSpyware|DisableRealtime|EnableLUA|Windows Defender|EnableFirewall|UseLogonCredential|LimitBlankPassword/i,
  },
  {
    tag: PERSISTENCE,
    reason: 'makes a program start by itself',
    program: /^(?:Register-ScheduledTask|New-Service|New-ItemProperty|Set-ItemProperty|reg|schtasks|sc)(?:\.exe)?$/i,
    asks: /-TaskName|-BinaryPath|\/Run(?:Once)?\b|\/create\b|^create\b|\bWinlogon\b|Image File Execution Options/i,
  },
  {
    tag: RIGHTS,
    reason: 'changes the users of the machine',
    program:
      /^(?:New-LocalUser|Add-LocalGroupMember|Set-LocalUser|Enable-LocalUser|net1?|New-ADUser|Add-ADGroupMember)(?:\.exe)?$/i,
    asks: /-Name|-Group|-Member|-Identity|\b(?:user|localgroup|group)\b.*\/(?:add|active:yes)/i,
  },
  {
    tag: 'remote_code',
    reason: 'fetches or runs code by a program that is meant for something else',
    program:
      /^(?:certutil|bitsadmin|mshta|rundll32|regsvr32|msiexec|wmic|installutil|cmstp|hh|odbcconf|Start-BitsTransfer)(?:\.exe)?$/i,
    asks: /-urlcache|-decode|\/transfer|\/addfile|https?:|javascript:|vbscript:|\/i:|scrobj|process call create|-Source/i,
  },
  {
    tag: 'credential_read',
    reason: 'takes passwords out of the system',
    program: /^(?:cmdkey|vaultcmd|mimikatz|lazagne|rubeus|Get-StoredCredential|secretsdump\S*)(?:\.exe)?$/i,
    asks: /\/list|\/creds?|sekurlsa|lsadump|\ball\b|.*/i,
    unless: /^\/(?:\?|help)/,
  },
  {
    tag: 'credential_read',
    reason: 'copies the password store of the system',
    program: /^(?:reg|esentutl|robocopy|copy|xcopy|netsh)(?:\.exe)?$/i,
    asks: /\bsave\b.*\b(?:sam|system|security)\b|\/config\/(?:sam|system|security)\b|ntds\.dit|wlan show profile.*key=clear/i,
  },
  {
    tag: 'obfuscated_command',
    reason: 'runs a program where nobody sees it',
    program: /^(?:pwsh|powershell)(?:\.exe)?$/i,
    asks: /(?:^|\s)-w(?:in\w*)? (?:hidden|1)\b|(?:^|\s)\/\/\d+\.\d+|(?:^|\s)-e(?:p|x\w*) bypass\b.*(?:https?:|\/\/)/i,
  },
  {
    tag: 'data_loss',
    reason: 'makes a folder the mirror of another one',
    program: /^robocopy(?:\.exe)?$/i,
    asks: /\/(?:mir|purge)\b/i,
  },
];
