import { ATTACK_TOOLS } from './attack-tools.ts';
import { CLOUD_DANGERS } from './cloud-dangers.ts';
import { dangersIn, type KnownDanger } from './danger-table.ts';
import { EVASION_DANGERS } from './evasion-dangers.ts';
import { type CommandRule, CRITICAL } from './rule.ts';
import { STORE_DANGERS } from './store-dangers.ts';
import { TUNNEL_DANGERS } from './tunnel-dangers.ts';
import { WINDOWS_DANGERS } from './windows-dangers.ts';

const DATA_LOSS = 'data_loss';
const DISRUPTION = 'host_disruption';
const TAMPER = 'gateway_tamper';

const DANGERS: readonly KnownDanger[] = [
  {
    tag: DATA_LOSS,
    reason: 'deletes parts of a cluster',
    program: /^(?:kubectl|oc|k3s|helm)$/,
    asks: /\bdelete\b.*(?:\b(?:namespaces?|ns|pvc?|persistentvolumes?\w*|nodes?|crds?|customresource\w*)\b|--all\b)|\bdelete\b(?!.*\b(?:po|pods?)\b).*--grace-period[= ]0\b/,
  },
  {
    tag: DATA_LOSS,
    reason: 'takes infrastructure down',
    program: /^(?:terraform|tofu|pulumi|terragrunt|cdk|serverless|vagrant)$/,
    asks: /(?:^|\s)-?(?:destroy|remove|workspace delete)\b/,
  },
  {
    tag: DATA_LOSS,
    reason: 'deletes things in the cloud',
    program: /^(?:aws|gcloud|gsutil|az|doctl|flyctl|fly|heroku|hcloud|linode-cli|ibmcloud|oci)$/,
    asks: /\b(?:s3 rb|s3 rm .*--recursive|terminate-instances|delete-(?:db-\w+|table|stack|bucket|cluster|volume|snapshot|user|function|repository)\S*|(?:instances|disks|databases?|buckets|clusters?|servers?|volumes?|projects?|vm|group|droplet|apps?) (?:delete|destroy)|apps?:destroy|rm -r|rb)\b/,
  },
  {
    tag: DATA_LOSS,
    reason: 'deletes the data of containers',
    program: /^(?:docker|podman|nerdctl)$/,
    asks: /\b(?:volume (?:rm|prune)|system prune\b.*--volumes|(?:compose )?down\b.*(?:\s-v\b|--volumes))/,
  },
  {
    tag: DATA_LOSS,
    reason: 'deletes volumes or file systems',
    program: /^(?:lvremove|vgremove|pvremove|zpool|zfs|btrfs|mdadm)$/,
    asks: /^(?!.*\b(?:list|status|get|show)\b)(?!.*--(?:detail|examine)).*\S/,
    unless: /^(?:scrub|snapshot|send|mount|import|subvolume (?:list|show|snapshot)|--(?:assemble|scan|monitor))/,
  },
  {
    tag: DATA_LOSS,
    reason: 'replaces what others have pushed',
    program: /^git$/,
    asks: /\bfilter-branch\b.*--\s+--all|\bfilter-repo\b.*--force|\breflog expire\b.*--expire(?:-unreachable)?=(?:now|all|0)\b.*--all|\bpush\b.*(?:\s:(?:main|master|trunk|production|release)\b|\s(?:-f|--force)\b(?!-with).*\b(?:main|master|trunk|production|release)\b|\b(?:main|master|production)\b.*\s(?:-f|--force)(?:\s|$)|\s--mirror\b|(?:--delete|-d)\s+(?:main|master)\b|\s\+(?:main|master)\b)/,
  },
  {
    tag: DISRUPTION,
    reason: 'takes everything off a cluster',
    program: /^(?:kubectl|oc)$/,
    asks: /\bscale\b(?=.*\s--all\b).*--replicas[= ]0\b|\bdrain\b(?=.*--force\b)/,
  },
  { tag: DATA_LOSS, reason: 'deletes a repository', program: /^(?:gh|glab)$/, asks: /\b(?:repo|project) delete\b/ },
  {
    tag: DATA_LOSS,
    reason: 'takes a published package back',
    program: /^(?:npm|pnpm|yarn|cargo)$/,
    asks: /^(?:unpublish|yank)\b/,
  },
  {
    tag: DISRUPTION,
    reason: 'cuts the machine off or stops what keeps it running',
    program: /^systemctl$/,
    asks: /\b(?:stop|disable|mask|kill|isolate)\b.*\b(?:sshd?|network\w*|systemd-\S+|dbus|docker|rescue|emergency|cron)\b/i,
  },
  {
    tag: DISRUPTION,
    reason: 'ends what keeps the machine running',
    program: /^(?:killall5?|pkill|kill)$/,
    asks: /\b(?:systemd|init|sshd|dbus-daemon|NetworkManager|launchd)\b|(?:^|\s)-[uU]\s*(?:root|0)\b|(?:^|\s)-1$|(?:^|\s)1$/,
    unless: /^-(?:l|0|HUP|1) (?!1$)\S/,
  },
  {
    tag: DISRUPTION,
    reason: 'cuts the machine off from the network',
    program: /^(?:ip|ifconfig|nmcli|networksetup|rfkill|route)$/,
    asks: /\broute (?:add|del|delete|replace|change|flush) (?:default|0\.0\.0\.0)\b|^(?:add|del|delete|change|flush)\b(?:.*\bdefault\b)?|\b(?:link set\b.*\bdown|\w+ down$|(?:networking|radio \w+) off|flush|-setairportpower \S+ off|block)\b/,
  },
  {
    tag: TAMPER,
    reason: 'stops the gateway',
    program: /^(?:systemctl|launchctl|service|pm2|docker|podman)$/,
    asks: /\b(?:stop|disable|mask|kill|unload|bootout|remove|delete|rm)\b.*(?:openclaw|chela|clawdbot)|(?:openclaw|chela)\S* stop/,
  },
  {
    tag: TAMPER,
    reason: 'lets somebody new in',
    program: /^(?:openclaw|chela|clawdbot)(?:\.mjs)?$/,
    asks: /\b(?:pairing|devices|nodes|approvals) (?:approve|allowlist add)|\b(?:plugins|skills) install\b|\bconfig (?:set|unset|patch)\b|\breset\b|\buninstall\b|\bdefender mode (?:off|audit)\b/,
  },
  {
    tag: TAMPER,
    reason: "changes the gateway's own safeguards",
    program: /./,
    asks: /(?:^|\s)(?:CHELA|OPENCLAW|CLAWDBOT)_\w*(?:DEFENDER|APPROV|SECURITY|AUTH|SANDBOX)\w*=/,
  },
  {
    tag: 'credential_read',
    reason: 'asks the cloud for the credentials of this machine',
    program: /./,
    asks: /\b169\.254\.(?:169\.254|170\.2)\b|\bmetadata\.google\.internal\b|\bcomputeMetadata\/v\d|:\/\/(?:2852039166|0x[aA]9[fF][eE][aA]9[fF][eE]|0251\.0376\.0251\.0376|0xa9\.0xfe\.0xa9\.0xfe)\b|\b100\.100\.100\.200\b|\[?fd00:ec2::254/,
    unless: /^(?:-[cWi] ?\d+ )*169\.254\.169\.254$/,
  },
  {
    tag: 'credential_read',
    reason: 'copies the password store of the system',
    program: /^(?:reg|ntdsutil|vssadmin|mimikatz|procdump|lsadump)(?:\.exe)?$/,
    asks: /\bsave\b.*\b(?:sam|system|security)\b|ntds|create shadow|sekurlsa|lsass/i,
  },
  {
    tag: 'persistence',
    reason: 'lets a key log in to a machine',
    program: /^ssh-copy-id$/,
    asks: /\S/,
  },
  {
    tag: 'persistence',
    reason: 'makes another program run from now on',
    program: /^(?:chsh|npm|yarn|pnpm|git)$/,
    asks: /^(?:config set (?:--global )?script-shell|-s |--shell|config (?:--global |--system )?(?:core\.(?:hooksPath|editor|pager|sshCommand|fsmonitor)|alias\.\S+ !|init\.templateDir|credential\.helper !)\s*\S)/,
  },
  {
    tag: 'network_exfiltration',
    reason: 'opens private files to the network',
    program: /^(?:python[\d.]*|php|ruby|busybox|npx|http-server|serve|ngrok|cloudflared|caddy|twistd|darkhttpd)$/,
    asks: /(?:http\.server|SimpleHTTPServer|-S \S+|httpd|http-server|serve|file-server).*(?:\s|=)(?:~|\/)(?:\s|$)|(?:^| )http file:|--directory[= ]~?\/?(?:\s|$)/,
  },
  {
    tag: 'resource_abuse',
    reason: 'fills the memory or the disk',
    program: /^(?:tail|sort|cat|grep|fallocate|truncate|stress(?:-ng)?|head)$/,
    asks: /(?:^|\s)\/dev\/zero\b(?!.*(?:-c|-n) ?\d)|(?:-l|-s|-c|--length|--size|--bytes)[ =]?\d+[TP]|-l ?\d{3,}G/i,
    unless: /(?:-c|-n) ?\d+[^\dTP]|(?:-c|-n) ?\d+$/,
  },
  {
    tag: 'credential_read',
    reason: 'looks for keys and passwords all over the machine',
    program: /^(?:[ef]?grep|rg|ag|ack)$/,
    asks: /(?:passw|secret|token|api.?key|AKIA|PRIVATE|credential)\S*(?:.*\s)?(?:~|\/|\/(?:home|root|etc|Users)|~\/\.\w[\w.-]*)\/?(?:\s|$)/i,
    unless: /(?:^|\s)-\w*[ql](?:\s|$)|known_hosts/,
  },
  {
    tag: 'credential_read',
    reason: 'copies the memory of a running program, or what is typed on this machine',
    program: /^(?:gcore|procdump|logkeys|xinput|keylogger|mitmproxy|mitmdump|ettercap|bettercap)$/,
    asks: /\S/,
    unless: /^(?:list|--list\S*|-D|--version|-h|--help)$/,
  },
  {
    tag: 'credential_read',
    reason: 'writes down what is sent over the network',
    program: /^(?:tcpdump|tshark|dumpcap)$/,
    asks: /(?:^|\s)-w/,
  },
  {
    tag: 'network_exfiltration',
    reason: 'puts secrets into a repository or sends it to an address nobody knows',
    program: /^git$/,
    asks: /\badd\b.*(?:\s(?:-f|--force)\b.*(?:\.env\b|id_(?:rsa|ed25519)|\.pem\b|\.npmrc|credentials|secrets?\b))|\b(?:push|remote (?:add|set-url))\b.*\b(?:https?|git|ssh):\/\/(?:\S+@)?\d+\.\d+\.\d+\.\d+|\bpush\b(?=.*\s(?:--all|--mirror)\b).*\bhttps?:\/\/|\bpush\s+(?:-\S+\s+)*(?:https?|git|ssh):\/\/(?:\S+@)?(?![\w.-]*(?:git|codeberg|bitbucket|sr\.ht|azure|localhost|127\.))/,
  },
  {
    tag: 'persistence',
    reason: 'makes a program start at login',
    program: /^osascript$/,
    asks: /make (?:new )?login item/i,
  },
  {
    tag: DATA_LOSS,
    reason: 'deletes a personal folder',
    program: /^osascript$/,
    asks: /\bdelete (?:every|all|items? of)\b.*\b(?:home|desktop|documents|disk)\b|\berase\b.*\bdisk\b/i,
  },
  {
    tag: 'privilege_escalation',
    reason: 'starts a container that owns the machine',
    program: /^(?:curl|kubectl|oc)$/,
    asks: /(?::237[56]|docker\.sock)\S*\/containers\/|"?(?:hostPID|hostNetwork|privileged)"?\s*:\s*true|\bdebug\b.*\bnode\//,
  },
  {
    tag: DISRUPTION,
    reason: 'ends every process of the user',
    program: /^(?:python[\d.]*|perl|ruby|node|php|lua)$/,
    asks: /\bkill\s*\(\s*-1\b|\bkill\s*\(?\s*['"]?\w+['"]?\s*,\s*-1\b/,
  },
  {
    tag: 'environment_injection',
    reason: 'makes a program load code from a folder that anybody may write',
    program: /^(?:node|nodejs|bun|ruby|perl|php)$/,
    asks: /(?:^|\s)(?:-r|--require|--import|--loader|-I)[= ]?\/(?:tmp|var\/tmp|dev\/shm)\//,
  },
  {
    tag: DATA_LOSS,
    reason: 'deletes files or runs programs through an editor',
    program: /^emacs(?:client)?$/,
    asks: /\b(?:delete-(?:directory|file)|shell-command|call-process|start-process)\b/,
  },
  { tag: DISRUPTION, reason: 'takes all file systems away', program: /^umount$/, asks: /(?:^|\s)-\w*a/ },
  {
    tag: 'untrusted_install',
    reason: 'brings what an open address says into a cluster',
    program: /^(?:kubectl|oc|helm)$/,
    asks: /\b(?:apply|create|replace|install)\b.*\s(?:http:\/\/(?!localhost|127\.)|https:\/\/\d+\.\d+\.\d+\.\d+)/,
  },
  {
    tag: 'reverse_shell',
    reason: 'opens a shell that somebody else may steer',
    program: /^python[\d.]*$/,
    asks: /\bpty\.spawn\s*\(\s*['"]\S*sh\b/,
  },
  {
    tag: 'resource_abuse',
    reason: 'mines coins on this machine',
    program: /^(?:docker|podman|kubectl|nerdctl|nohup|screen)$/,
    asks: /\b(?:run|create|apply|exec)\b.*\b(?:xmrig|\w*miner|cryptonight|stratum\+tcp)\b/i,
  },
  { tag: 'resource_abuse', reason: 'uses the machine up', program: /^stress(?:-ng)?$|^swapoff$/, asks: /\S/ },
  {
    tag: DATA_LOSS,
    reason: 'deletes all snapshots of a backup',
    program: /^restic$/,
    asks: /\bforget\b.*(?:--unsafe-allow-remove-all|--keep-last[= ]0\b)/,
  },
  {
    tag: 'credential_read',
    reason: 'reads the memory of another program',
    program: /^(?:gdb|gcore|lldb)$/,
    asks: /\bdump (?:binary )?memory\b|^(?=.*ssh-agent)(?=.*(?:-p|--pid|\d))|\bgcore\b/,
  },
  {
    tag: 'credential_read',
    reason: 'takes secrets out of the environment',
    program: /^printenv$/,
    asks: /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)/i,
  },
  {
    tag: 'fork_bomb',
    reason: 'starts itself again and again',
    program: /^(?:perl|python[\d.]*|ruby|php|node|lua)$/,
    asks: /fork\s*(?:\(\s*\))?\s*(?:,\s*)?while|while\s*\(?(?:1|true|:)\)?[\s\S]{0,40}\bfork\b|loop\s*\{\s*fork/i,
    weight: CRITICAL,
  },
  {
    tag: 'untrusted_install',
    reason: 'takes packages from a place that proves nothing about itself from now on',
    program: /^(?:npm|pnpm|yarn|bun|pip3?|uv|gem|poetry|cargo|go|conda|composer|bundle|helm|nix-channel|brew)$/,
    asks: /\b(?:config|set|sources?|env|repo|--add)\b.*(?:http:\/\/(?!localhost|127\.|\[::1\])|strict-ssl[ =]+false|trusted-host|ssl_verify[ =]+(?:false|no)|disable-tls[ =]+true|GOINSECURE=|GONOSUMDB=\*|GOSUMDB=off)/i,
  },
  {
    tag: 'untrusted_install',
    reason: 'runs code from an address nobody looked at',
    program: /^(?:npx|bunx|pnpx|pipx|uvx|go|deno|cargo|npm|yarn|pnpm|bun|pip3?|uv|gem|helm|code)$/,
    asks: /(?:^|\s)(?:run|install|add|i|dlx|x|exec|-y|-A|--yes|--install-extension|plugin install|https?:)\b.*?(?:\s|\+|^)(?:https?:\/\/|(?:git\+)?(?:https?|ssh|git):\/\/)\S+|(?:^|\s)(?:run|install) [\w-]+\.[\w.-]+\/\S*@|^https?:\/\//,
    unless:
      /(?:https?|ssh|git):\/\/(?:git@)?(?:www\.)?(?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org|registry\.npmjs\.org|(?:files\.|test\.)?pypi\.org|download\.pytorch\.org|deno\.land|jsr\.io|esm\.sh|charts\.\S+)\/|(?:run|install) (?:github\.com|golang\.org|gitlab\.com|codeberg\.org|google\.golang\.org|honnef\.co|mvdan\.cc|gopkg\.in|sigs\.k8s\.io|k8s\.io)\//,
  },
];

const ALL: readonly KnownDanger[] = [
  ...DANGERS,
  ...EVASION_DANGERS,
  ...STORE_DANGERS,
  ...ATTACK_TOOLS,
  ...CLOUD_DANGERS,
  ...TUNNEL_DANGERS,
  ...WINDOWS_DANGERS,
];

/** Dangers that need no more than a look at a program's arguments (reference defender/defender.md §B.2). */
export const knownDangers: CommandRule = ({ commands }) => commands.flatMap((command) => dangersIn(ALL, command));
