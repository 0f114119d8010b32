import type { Finding } from '../../finding.ts';
import { isInterpreter, isShell } from '../run/code-arguments.ts';
import { programText } from '../run/interpreter-code.ts';
import { isKnown, type RunCommand } from '../run/run-command.ts';
import { type CommandRule, CRITICAL, SERIOUS } from './rule.ts';

const DOWNLOADERS =
  /^(?:curl|wget|aria2c|fetch|http|https|xh|lwp-request|GET|ftp|tftp|nc|ncat|netcat|dig|host|nslookup|lynx|w3m|links|iwr|irm|Invoke-WebRequest|Invoke-RestMethod)$/i;
const DECODERS = /^(?:base64|gbase64|base32|xxd|openssl|uudecode|gpg|zcat|gunzip|gzip|xz|bzip2|rev|tr|basenc)$/;

/** PowerShell's `IEX (New-Object …).DownloadString(…)`, of which a shell's grammar makes little. */
const POWERSHELL_FETCH = /DownloadString|DownloadData|Invoke-WebRequest|Invoke-RestMethod|\biwr\b|\birm\b/i;

const isUnclear = ({ name }: RunCommand): boolean =>
  /^(?:iex|invoke-expression|pwsh|powershell|)(?:\.exe)?$/i.test(name);

/** Running what came from somewhere else, or what was packed so that nobody can read it. */
export const remoteCode: CommandRule = ({ commands, ranDownloads, source }) => [
  ...commands.flatMap(ranFromAfar),
  ...(/\b(?:iex|invoke-expression)\b/i.test(source) && POWERSHELL_FETCH.test(source) && commands.some(isUnclear)
    ? [{ tag: 'remote_code', ...CRITICAL, reason: 'runs what it downloads, unseen' }]
    : []),
  ...[...ranDownloads].map(
    (file): Finding => ({ tag: 'remote_code', ...CRITICAL, reason: `runs ${file}, which was just downloaded` }),
  ),
];

function ranFromAfar(command: RunCommand): readonly Finding[] {
  const { name, args, upstream, substituted } = command;
  const runsInput = runsItsInput(command);
  const runsText =
    /^(?:iex|Invoke-Expression)$/i.test(name) ||
    isShell(name) ||
    name === 'eval' ||
    name === 'source' ||
    name === '.' ||
    isInterpreter(name);
  const sources = [...(runsInput ? upstream : []), ...(runsText ? substituted : [])];
  if (sources.some((from) => DOWNLOADERS.test(from.name))) {
    return [{ tag: 'remote_code', ...CRITICAL, reason: 'runs what it downloads, unseen' }];
  }
  if (sources.some((from) => DECODERS.test(from.name)) && command.input === undefined) {
    return [{ tag: 'obfuscated_command', ...CRITICAL, reason: 'runs text that is decoded on the way' }];
  }
  if (
    /^(?:dpkg|rpm|installer|apt|apt-get|dnf|crontab)$/.test(name) &&
    upstream.some((from) => DOWNLOADERS.test(from.name))
  ) {
    return [{ tag: 'remote_code', ...SERIOUS, reason: 'installs what it downloads, unseen' }];
  }
  return isInterpreter(name) ? codeFromAfar(name, args, command.input) : [];
}

/** Whether the program takes what comes in through a pipe for code. */
function runsItsInput({ name, args, upstream }: RunCommand): boolean {
  if (upstream.length === 0) return false;
  if (/^(?:iex|Invoke-Expression)$/i.test(name)) return true;
  if (name === 'source' || name === '.' || name === 'at' || name === 'batch') return true;
  const file = args.find((arg) => !arg.startsWith('-'));
  const readsInput = file === undefined || file.startsWith('/dev/fd/') || file === '/dev/stdin';
  if (isShell(name)) return !args.some((arg) => /^-[a-zA-Z]*c/.test(arg)) && (readsInput || args.includes('-s'));
  if (isInterpreter(name))
    return !args.some((arg) => /^-[A-Za-z]*[ecmn]|^--(?:eval|print|exec)/.test(arg)) && readsInput;
  return name === 'xargs' ? args.some((arg) => isShell(arg)) : false;
}

const FETCHES =
  /urlopen|requests\.get|urllib|httpx|fetch\s*\(|LWP::|Net::HTTP|open-uri|URI\.open|URI\(|file_get_contents\s*\(\s*['"]https?|DownloadString|Invoke-WebRequest|iwr\b|http\.get|\.get\s*\(\s*['"]https?:/i;
const RUNS =
  /\bexec\s*\(|\beval\b|compile\s*\(|Function\s*\(|\biex\b|Invoke-Expression|instance_eval|system\s*\(|(?:exec|spawn)(?:File)?Sync\s*\(|popen\s*\(/i;
const DECODES =
  /b64decode|fromhex|Buffer\.from\s*\([^)]*(?:base64|hex)|(?:un)?pack1?\s*\(?\s*['"](?:m|H)|join\s*\(\s*(?:map\s*\(\s*chr|chr\s*\()|fromCharCode|decode_base64|atob\s*\(|base64_decode|FromBase64String|codecs\.decode|zlib\.decompress|marshal\.loads/i;

function codeFromAfar(name: string, args: readonly string[], input: string | undefined): readonly Finding[] {
  const text = programText(args, input);
  if (/^(?:pwsh|powershell)/.test(name) && args.some((arg) => /^-e(?:nc|ncodedcommand|c)?$/i.test(arg))) {
    return [{ tag: 'obfuscated_command', ...CRITICAL, reason: 'runs encoded PowerShell' }];
  }
  if (text === undefined || !isKnown(text.slice(0, 1)) || !RUNS.test(text)) return [];
  if (FETCHES.test(args.join(' ')) || FETCHES.test(text))
    return [{ tag: 'remote_code', ...CRITICAL, reason: 'runs code that it downloads' }];
  if (DECODES.test(text)) return [{ tag: 'obfuscated_command', ...CRITICAL, reason: 'runs code that it decodes' }];
  return [];
}

/** Installing from an address nobody looked at. */
export const remoteInstall: CommandRule = ({ commands }) =>
  commands.flatMap(({ name, args }): readonly Finding[] => {
    const all = args.join(' ');
    const installs =
      /^(?:pip3?|pipx|uv|npm|pnpm|yarn|gem|cargo|go|brew|apt|apt-get|dnf|yum|rpm|dpkg|snap)$/.test(name) &&
      /\b(?:install|add|-i)\b/.test(all);
    if (!installs) return [];
    if (
      /\bhttp:\/\/|--index-url[= ]http:|--extra-index-url|--trusted-host|--allow-unauthenticated|--nogpgcheck/.test(all)
    ) {
      return [
        { tag: 'untrusted_install', ...SERIOUS, reason: 'installs from a place that proves nothing about itself' },
      ];
    }
    return [];
  });
