import type { Finding } from '../../finding.ts';
import { isOwnState, isStartedByItself, isSystemFile, operands } from '../paths.ts';
import { isInterpreter, isShell } from '../run/code-arguments.ts';
import { programText } from '../run/interpreter-code.ts';
import type { RunCommand } from '../run/run-command.ts';
import { type CommandRule, CRITICAL, SERIOUS } from './rule.ts';

/** Staying on the machine, changing the system, and opening a way in. */
export const footholds: CommandRule = ({ commands }) => [
  ...commands.flatMap((command) => [
    ...writes(command),
    ...schedules(command),
    ...reverseShells(command),
    ...evasions(command),
  ]),
  ...pipedShells(commands),
];

const WRITERS = new Set(['tee', 'cp', 'mv', 'install', 'ln', 'rsync', 'dd', 'touch', 'truncate', 'sponge', 'patch']);

function writtenPaths({ name, args, redirects }: RunCommand): readonly string[] {
  const targets = redirects
    .filter(({ operator }) => operator.includes('>') && !/&\d?$/.test(operator))
    .map(({ target }) => target);
  const files = operands(args);
  if (name === 'ed' || name === 'ex') return [...targets, ...files];
  if (name === 'tee' || name === 'touch' || name === 'truncate' || name === 'sponge') return [...targets, ...files];
  if (name === 'sed' || name === 'gsed' || name === 'perl' || name === 'ruby')
    return args.some((arg) => /^-\w*i|^--in-place/.test(arg)) ? [...targets, ...files.slice(-1)] : targets;
  if (/^[gmn]?awk$/.test(name))
    return [...targets, ...args.flatMap((arg) => [...arg.matchAll(/>\s*"([^"]+)"/g)].map(([, path = '']) => path))];
  if (name === 'dd') return [...targets, ...args.filter((arg) => arg.startsWith('of=')).map((arg) => arg.slice(3))];
  if (name === 'curl' || name === 'wget') {
    return [
      ...targets,
      ...args.flatMap((arg, index) =>
        /^(?:-o|-O|--output|--output-document|-P)$/.test(arg) ? [args[index + 1] ?? ''] : [],
      ),
    ];
  }
  return WRITERS.has(name) ? [...targets, ...files.slice(-1)] : targets;
}

/** Configurations of programs that may name others to be started. */
const NAMES_PROGRAMS =
  /(?:^|\/)(?:\.ssh\/config|\.(?:g?vimrc|exrc|nanorc|emacs|tmux\.conf|screenrc|gitconfig|mailcap|mutt?rc|gdbinit|lldbinit|npmrc|pdbrc|Rprofile|irbrc|pythonrc|wgetrc|curlrc|lesskey|inputrc|editorconfig|yarnrc|pip\/pip\.conf)|pip\.conf|init\.(?:vim|lua|el)|\.config\/(?:git\/config|i3\/config|sway\/config|hypr\/\S+|nvim\/\S+|kitty\/\S+|mpv\/\S+))$/;
/** A line of one that does. */
const PROGRAM_LINE =
  /\b(?:ProxyCommand|LocalCommand|KnownHostsCommand|Match\s+exec|autocmd|run-shell|if-shell|default-command|default-shell|hooksPath|sshCommand|fsmonitor|script-shell|node-options|shell-command|start-process|os\.execute|jobstart|system\s*\(|exec(?:_always|-once)?)\b|(?:registry|index-url)\s*=\s*http:\/\/(?!localhost|127\.)|(?:^|[\s=|:])!\s*\S/i;

/** What a command writes, as far as it stands in the text. */
function writtenText({ args, input, upstream }: RunCommand): string {
  return [...args, input ?? '', ...upstream.flatMap((from) => from.args)].join(' ');
}

function writes(command: RunCommand): readonly Finding[] {
  const paths = writtenPaths(command);
  const { name, args } = command;
  if (paths.some((path) => /\.ssh\/authorized_keys/.test(path))) {
    return [{ tag: 'persistence', ...CRITICAL, reason: 'lets a key log in to this machine' }];
  }
  if (paths.some((path) => /(?:^|\/)etc\/(?:sudoers|passwd|shadow|ld\.so\.preload|pam\.d)/.test(path))) {
    return [{ tag: 'protected_write', ...CRITICAL, reason: 'writes the users or rights of the machine' }];
  }
  if (paths.some((path) => /\/(?:release_agent|core_pattern|uevent_helper)$/.test(path))) {
    return [
      { tag: 'privilege_escalation', ...CRITICAL, reason: 'has the kernel run a program outside of the container' },
    ];
  }
  if (paths.some(isStartedByItself))
    return [{ tag: 'persistence', ...SERIOUS, reason: 'writes a file that is run by itself later' }];
  if (paths.some((path) => NAMES_PROGRAMS.test(path)) && PROGRAM_LINE.test(writtenText(command)))
    return [{ tag: 'persistence', ...SERIOUS, reason: 'writes a program into a configuration that starts it later' }];
  if (paths.some(isOwnState))
    return [{ tag: 'gateway_tamper', ...SERIOUS, reason: "writes into the gateway's own state" }];
  if (paths.some((path) => isSystemFile(path) && !path.startsWith('/proc/self')))
    return [{ tag: 'protected_write', ...SERIOUS, reason: 'writes system files' }];
  if (
    isInterpreter(name) &&
    /(?:open|writeFile\w*|appendFile\w*|write_text|File\.write|file_put_contents)\s*\(?[^\n]{0,200}(?:authorized_keys|\.bashrc|\.zshrc|\.profile|\/etc\/|LaunchAgents|crontab)/.test(
      programText(args, command.input) ?? '',
    )
  ) {
    return [{ tag: 'persistence', ...SERIOUS, reason: 'writes a file that is run by itself later' }];
  }
  return [];
}

function schedules({ name, args, upstream, input }: RunCommand): readonly Finding[] {
  const tag = 'persistence';
  const all = args.join(' ');
  if (name === 'crontab' && !args.some((arg) => arg === '-l' || arg === '-r')) {
    return [{ tag, ...SERIOUS, reason: 'changes the scheduled jobs' }];
  }
  if ((name === 'at' || name === 'batch') && (upstream.length > 0 || input !== undefined || args.includes('-f'))) {
    return [{ tag, ...SERIOUS, reason: 'schedules a command for later' }];
  }
  if (name === 'systemctl' && /(?:^|\s)(?:enable|link|edit|unmask)\b/.test(all))
    return [{ tag, ...SERIOUS, reason: 'makes a service start by itself' }];
  if (name === 'systemd-run' || (name === 'launchctl' && /(?:^|\s)(?:load|bootstrap|enable|submit)\b/.test(all))) {
    return [{ tag, ...SERIOUS, reason: 'makes a service start by itself' }];
  }
  if (name === 'update-rc.d' || name === 'chkconfig')
    return [{ tag, ...SERIOUS, reason: 'makes a service start by itself' }];
  if (/^(?:schtasks|sc)(?:\.exe)?$/.test(name) && /\bcreate\b/i.test(all))
    return [{ tag, ...SERIOUS, reason: 'schedules a command for later' }];
  if (/^reg(?:\.exe)?$/.test(name) && /\badd\b.*[\\/]Run\b/i.test(all))
    return [{ tag, ...SERIOUS, reason: 'makes a program start at login' }];
  return [];
}

const SOCKET_CODE =
  /socket[\s\S]*(?:dup2|subprocess|pty\.spawn|exec|\/bin\/(?:ba)?sh)|fsockopen[\s\S]*(?:exec|proc_open|sh)|TCPSocket[\s\S]*(?:exec|sh)|TCPSocket[\s\S]*popen|\bnet\b[\s\S]*\.connect\([\s\S]*(?:spawn|exec|\.pipe\()|child_process[\s\S]*\.connect\(|socket[\s\S]*os\.execute|net\.(?:Socket|connect|createConnection)[\s\S]*(?:spawn|exec|\/bin\/(?:ba)?sh)|Socket;[\s\S]*exec/;

function reverseShells(command: RunCommand): readonly Finding[] {
  const { name, args, redirects, input } = command;
  const tag = 'reverse_shell';
  const reason = 'gives somebody else a shell on this machine';
  const all = args.join(' ');
  if (
    redirects.some(({ target }) => /^\/dev\/(?:tcp|udp)\//.test(target)) &&
    (isShell(name) || name === 'exec' || name === 'cat')
  ) {
    return [{ tag, ...CRITICAL, reason }];
  }
  if (/^(?:nc|ncat|netcat)$/.test(name) && args.some((arg) => /^-\w*[ec]$|^--(?:sh-)?exec$/.test(arg))) {
    return [{ tag, ...CRITICAL, reason }];
  }
  if (name === 'ztcp' || (/^[gmn]?awk$/.test(name) && /\/inet\d?\/(?:tcp|udp)\//.test(all)))
    return [{ tag, ...CRITICAL, reason }];
  if (name === 'socat' && /\b(?:exec|system):/i.test(all)) return [{ tag, ...CRITICAL, reason }];
  if (isInterpreter(name) && SOCKET_CODE.test(programText(args, input) ?? '')) return [{ tag, ...CRITICAL, reason }];
  return [];
}

/** A shell whose input comes from the network and whose output goes there. */
function pipedShells(commands: readonly RunCommand[]): readonly Finding[] {
  const isWire = ({ name }: RunCommand): boolean => /^(?:nc|ncat|netcat|telnet|socat|openssl)$/.test(name);
  const found = commands.some((command) => isShell(command.name) && command.downstream.some(isWire));
  return found ? [{ tag: 'reverse_shell', ...CRITICAL, reason: 'gives somebody else a shell on this machine' }] : [];
}

function evasions({ name, args, environment, redirects, substituted, upstream }: RunCommand): readonly Finding[] {
  const all = args.join(' ');
  const tag = 'defense_evasion';
  if (name === 'history' && /-c|-d|-w/.test(all)) return [{ tag, ...SERIOUS, reason: 'removes its traces' }];
  if (name === 'unset' && /HISTFILE/.test(all)) return [{ tag, ...SERIOUS, reason: 'removes its traces' }];
  if (redirects.some(({ operator, target }) => operator === '>' && /_history$|^\/var\/log\//.test(target)))
    return [{ tag, ...SERIOUS, reason: 'removes its traces' }];
  if (/^(?:iptables|nft)$/.test(name) && /(?:^|\s)(?:-F|--flush|flush)\b/.test(all))
    return [{ tag, ...SERIOUS, reason: 'takes the firewall down' }];
  if (
    (name === 'ufw' && /disable|reset/.test(all)) ||
    (name === 'setenforce' && args[0] === '0') ||
    (name === 'spctl' && /disable/.test(all)) ||
    (name === 'csrutil' && /disable/.test(all))
  ) {
    return [{ tag, ...SERIOUS, reason: 'takes a protection of the machine down' }];
  }
  if (
    name === 'systemctl' &&
    /\b(?:stop|disable|mask)\b.*\b(?:firewalld|ufw|auditd|apparmor|fail2ban|rsyslog|clamav\S*)\b/.test(all)
  ) {
    return [{ tag, ...SERIOUS, reason: 'takes a protection of the machine down' }];
  }
  if (
    /^(?:openclaw|chela)(?:\.mjs)?$/.test(name) &&
    /\b(?:security|policy|approvals|config (?:set|unset|apply|patch)|gateway (?:stop|uninstall))\b/.test(all) &&
    !/\b(?:audit|verify|show|get|diff|list)\b/.test(all)
  ) {
    return [{ tag: 'gateway_tamper', ...SERIOUS, reason: "changes the gateway's own safeguards" }];
  }
  const killed = [all, ...[...substituted, ...upstream].map((from) => from.args.join(' '))];
  if (/^(?:pkill|killall|kill)$/.test(name) && killed.some((text) => /\b(?:openclaw|chela)\b/.test(text)))
    return [{ tag: 'gateway_tamper', ...SERIOUS, reason: 'stops the gateway' }];
  const loaded = [
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'DYLD_INSERT_LIBRARIES',
    'BASH_ENV',
    'PROMPT_COMMAND',
    'GIT_SSH_COMMAND',
    'NODE_OPTIONS',
    'PERL5OPT',
    'PYTHONSTARTUP',
  ].filter(
    (variable) => variable in environment || args.some((arg) => name === 'export' && arg.startsWith(`${variable}=`)),
  );
  if (
    loaded.some((variable) => variable !== 'NODE_OPTIONS' || /require|import|loader/.test(environment[variable] ?? all))
  ) {
    return [{ tag: 'environment_injection', ...SERIOUS, reason: 'makes programs load code through their environment' }];
  }
  return [];
}
