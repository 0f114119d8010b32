import type { Finding } from '../../finding.ts';
import {
  canonicalPath,
  inFolder,
  isBlockDevice,
  isOwnState,
  isPersonalFolder,
  isSystemFile,
  isWholeSystem,
  operands,
} from '../paths.ts';
import { isInterpreter } from '../run/code-arguments.ts';
import { programText } from '../run/interpreter-code.ts';
import { isKnown, type RunCommand } from '../run/run-command.ts';
import { type CommandRule, CRITICAL, NOTED, SERIOUS } from './rule.ts';

const DELETERS = /^(?:rm|shred|srm|unlink|rmdir|trash|wipe|rimraf|del|erase|rd|ri|Remove-Item)$/i;

/** Programs of Windows, whose options begin with a slash. */
const TAKES_SLASHES = /^(?:del|erase|rd)$/i;

/** Deleting and overwriting what a machine or a person cannot do without. */
export const destruction: CommandRule = ({ commands }) => [
  ...commands.flatMap((command) => [...deletions(command), ...overwrites(command), ...stops(command)]),
  ...hostages(commands),
];

/** Encrypts files and deletes what can be read of them. */
function hostages(commands: readonly RunCommand[]): readonly Finding[] {
  const locked = commands.filter(locks);
  const deleted = new Set(
    commands
      .filter(({ name }) => DELETERS.test(name))
      .flatMap(({ args }) => operands(args).filter((arg) => arg !== ';')),
  );
  const isTaken = locked.some(({ args }) => args.includes('-sdel') || args.some((arg) => deleted.has(arg)));
  return isTaken ? [{ tag: 'data_loss', ...SERIOUS, reason: 'encrypts files and deletes the originals' }] : [];
}

function locks({ name, args }: RunCommand): boolean {
  if (name === 'openssl') return /^(?:enc|aes|smime|cms)/.test(args[0] ?? '') && !args.includes('-d');
  if (/^gpg2?$/.test(name)) return args.some((arg) => /^(?:-\w*[ce]|--symmetric|--encrypt)$/.test(arg));
  if (/^(?:7z|7za|zip|rar)$/.test(name)) return args.some((arg) => /^-(?:p|P|e$|hp)/.test(arg));
  return name === 'age' || name === 'ccrypt' || name === 'mcrypt';
}

function deletions(command: RunCommand): readonly Finding[] {
  const { name, args, folder, upstream } = command;
  if (name === 'find') return findDeletions(args, folder);
  if (isInterpreter(name)) return deletionsInCode(command);
  if (
    name === 'git' &&
    args[0] === 'clean' &&
    args.some((arg) => /^-\w*f/.test(arg)) &&
    args.some((arg) => /^-\w*[xX]/.test(arg))
  ) {
    return [{ tag: 'destructive_delete', ...NOTED, reason: 'deletes everything git does not track' }];
  }
  if (!DELETERS.test(name)) return [];
  const targets = operands(args).map((path) => inFolder(folder, path));
  if (upstream.some(isEverywhere) && targets.some((path) => !isKnown(path))) {
    return [{ tag: 'destructive_delete', ...CRITICAL, reason: 'deletes everything below a system folder' }];
  }
  const isRecursive = name !== 'rm' || args.some((arg) => /^-\w*[rR]|^--recursive$/.test(arg));
  if (targets.some(isWholeSystem) || args.includes('--no-preserve-root')) {
    return [{ tag: 'destructive_delete', ...CRITICAL, reason: 'deletes the system or a whole home folder' }];
  }
  if (isRecursive && targets.some((path) => UPWARDS.test(path))) {
    return [
      { tag: 'destructive_delete', ...SERIOUS, reason: 'deletes a folder far up, or all when a variable is empty' },
    ];
  }
  if (targets.some((path) => isBlockDevice(path))) {
    return [{ tag: 'disk_write', ...CRITICAL, reason: 'wipes a disk' }];
  }
  if (isRecursive && targets.some((path) => isOwnState(path))) {
    return [{ tag: 'gateway_tamper', ...SERIOUS, reason: "deletes the gateway's own state" }];
  }
  if (
    targets.some(isSystemFile) ||
    targets.some((path) => SERVICE_DATA.test(path)) ||
    (isRecursive &&
      targets.some((path) => SYSTEM_DATA.test(path) || (!TAKES_SLASHES.test(name) && isDataFolder(path)))) ||
    (isRecursive && targets.some(isPersonalFolder)) ||
    (name !== 'rm' && name !== 'rmdir' && targets.some((path) => PERSONAL_FILE.test(path)))
  ) {
    return [{ tag: 'destructive_delete', ...SERIOUS, reason: 'deletes system files or a personal folder' }];
  }
  if (isRecursive && targets.some((path) => !isKnown(path) && !/^[^\0]*[\w.-]\/[^\0]*\0/.test(path))) {
    return [{ tag: 'unresolved_target', ...NOTED, reason: 'what is deleted is only known when it runs' }];
  }
  return [];
}

/** `/$x` and `$(pwd)/../../..`. */
const UPWARDS = /^\/\0+\/?$|(?:\/\.\.){3,}\/?\*?$/;

/** What services keep. */
const SYSTEM_DATA = /^\/(?:var\/(?:lib|mail|spool|backups|www|opt)|srv|opt)\/?(?:[^/]+\/?){0,1}\*?$/;
/** Folders right below the root, and what lies in those where machines and containers keep what is theirs. */
const DATA_FOLDER =
  /^\/(?:[\w.-]+|(?:data|app|apps|application|srv|storage|backups?|uploads?|volumes?|workspaces?|repos?|export|shared?|nfs|mnt|media)\/[\w.-]+)$/i;
/** What is made anew whenever it is missing. */
const MADE_AGAIN =
  /(?:^|[/._-])(?:te?mp|cache|build|dist|out|output|target|logs?|coverage|node_modules|vendor|venv|__pycache__|\.\w+|scratch|artifacts?|work)$/i;

function isDataFolder(path: string): boolean {
  const folder = canonicalPath(path).replace(/\/\.?\*$/, '');
  return DATA_FOLDER.test(folder) && !/^\/tmp(?:\/|$)/.test(folder) && !MADE_AGAIN.test(folder);
}

/** What databases, containers and virtual machines keep, at any depth. */
const SERVICE_DATA =
  /^\/var\/lib\/(?:mysql|mariadb|postgresql|pgsql|mongo\w*|redis|docker|containerd|etcd|influxdb|elasticsearch|libvirt|kubelet|rabbitmq|clickhouse|cassandra|ldap|dpkg|rpm)(?:\/|$)/;
/** Files of a person that are wiped, not only deleted. */
const PERSONAL_FILE = /^~\/(?:Documents|Desktop|Pictures|Music|Movies|Videos)\//;

const CODE_DELETES =
  /(?:rmtree|rmSync|rmdirSync|rm_rf|rm_r|rimraf(?:\.sync)?|removeSync|fs(?:\.promises)?\.rm|unlink|Deno\.remove\w*|Remove-Item[^'"\n]*|rmtree)\s*\(?\s*['"]([^'"\n]{1,200})['"]/g;

const CODE_DELETES_IN =
  /\b(?:unlink|unlinkSync|os\.(?:remove|unlink)|shutil\.move|rmtree|rmSync|File\.delete)\b[\s\S]{0,200}?['"(](\/(?:etc|usr|bin|boot|lib\w*|sbin)\b)/;

/** Calls that delete, and the places nothing should be deleted in as a whole. */
const CODE_DELETER =
  /\b(?:rmtree|os\.(?:remove|unlink|rmdir)|unlink|unlinkSync|rmSync|rmdirSync|rm_rf|rm_r|remove_tree|removeSync|Remove-Item|FileUtils\.rm\w*|File\.delete)\b|\.unlink\(/;
const CODE_ROOT =
  /(['"`])(?:\/|~|\/(?:home|Users|etc|usr|var|root))(?:\/\*{0,2})*\1|Path\.home\(\)(?!\s*\/)|homedir\(\)(?!\s*[+,])|expanduser\(\s*['"]~\/?['"]\s*\)(?!\s*[+/,])|Dir\.home(?!\s*[+,])|(['"`])\/(?:home|Users)\/[^/'"`]+(?:\/\*{0,2})*\2|(?:rm|rmdir|rmtree|unlink)\w*\(\s*(?:os\.)?homedir\(\)\s*,/;

/** Deletions by the library of another language. */
function deletionsInCode({ name, args, input }: RunCommand): readonly Finding[] {
  const text = programText(args, input) ?? '';
  const isPowerShell = /^(?:pwsh|powershell)/.test(name) && /\b(?:Remove-Item|rm|del|rd|ri)\b/i.test(text);
  const paths = [
    ...[...text.matchAll(CODE_DELETES)].map(([, path = '']) => path),
    ...(isPowerShell ? text.split(/[\s'"]+/) : []),
  ];
  const tag = 'destructive_delete';
  if (paths.some(isWholeSystem)) return [{ tag, ...CRITICAL, reason: 'deletes the system or a whole home folder' }];
  if (
    (CODE_DELETER.test(text) && CODE_ROOT.test(text)) ||
    CODE_DELETES_IN.test(text) ||
    paths.some((path) => isSystemFile(path) || isPersonalFolder(path))
  )
    return [{ tag, ...SERIOUS, reason: 'deletes system files or a personal folder' }];
  return [];
}

/** Where `find` begins; the current folder when it does not say. */
function findStarts(args: readonly string[], folder: string): readonly string[] {
  const end = args.findIndex((arg) => /^[-(!]/.test(arg));
  const starts = end < 0 ? args : args.slice(0, end);
  return (starts.length === 0 ? ['.'] : starts).map((path) => inFolder(folder, path));
}

const NARROWS = /^-(?:i?name|i?path|i?regex|user|newer)$/;

/** Names what lies in the whole system or a whole home folder. */
function isEverywhere(command: RunCommand): boolean {
  if (command.name === 'ls') return operands(command.args).some(isWholeSystem);
  return command.name === 'find' && isFoundEverywhere(command);
}

function isFoundEverywhere({ args, folder }: RunCommand): boolean {
  return findStarts(args, folder).some(isWholeSystem) && !args.some((arg) => NARROWS.test(arg));
}

function findDeletions(args: readonly string[], folder: string): readonly Finding[] {
  const starts = findStarts(args, folder);
  const deletes =
    args.includes('-delete') || /-exec(?:dir)? (?:\S*\/)?(?:rm|shred|truncate|unlink|srm)\b/.test(args.join(' '));
  if (!deletes || !starts.some(isWholeSystem)) return [];
  const isNarrow = args.some((arg) => NARROWS.test(arg));
  const tag = 'destructive_delete';
  if (isNarrow) return [{ tag, ...SERIOUS, reason: 'deletes files all over the system' }];
  return [{ tag, ...CRITICAL, reason: 'deletes everything below a system folder' }];
}

const FORMATTERS = /^(?:mkfs(?:\..+)?|mke2fs|mkswap|newfs\w*|wipefs|blkdiscard|sgdisk|sfdisk|hdparm)$/;
const PARTITIONERS = new Set(['fdisk', 'parted', 'gdisk', 'cfdisk', 'diskutil', 'cryptsetup', 'nvme', 'badblocks']);

/** A disk that a program opens to write. */
const DISK_OPENED =
  /open\w*\s*\(\s*(?:\w+\s*,\s*)?['"][>+]*\s*\/dev\/(?:sd[a-z]|hd[a-z]|vd[a-z]|nvme\d|disk\d|mmcblk\d)\w*['"]\s*,\s*['"](?:\w*[wa+]|>)|>\s*\/dev\/(?:sd[a-z]|nvme\d)/;

function overwrites({ name, args, redirects, input }: RunCommand): readonly Finding[] {
  const written = redirects.filter(({ operator }) => operator.includes('>')).map(({ target }) => target);
  const copied = ['cp', 'mv', 'tee', 'cat', 'dd', 'install'].includes(name)
    ? args.map((arg) => arg.replace(/^of=/, ''))
    : [];
  if (
    name === 'dd'
      ? args.some((arg) => arg.startsWith('of=') && isBlockDevice(arg.slice(3)))
      : [...written, ...(name === 'cat' ? [] : copied)].some(isBlockDevice)
  ) {
    return [{ tag: 'disk_write', ...CRITICAL, reason: 'writes over a disk' }];
  }
  if (isInterpreter(name) && DISK_OPENED.test(programText(args, input) ?? '')) {
    return [{ tag: 'disk_write', ...CRITICAL, reason: 'writes over a disk' }];
  }
  const isListing = args.some((arg) => /^(?:-l|--list|list|info|print|status|isLuks|luksDump|-I)$/.test(arg));
  if (FORMATTERS.test(name) && !isListing)
    return [{ tag: 'disk_write', ...CRITICAL, reason: 'formats or wipes a disk' }];
  if (
    PARTITIONERS.has(name) &&
    !isListing &&
    args.some(
      (arg) =>
        isBlockDevice(arg) || /^(?:erase\w*|reformat|luksFormat|luksErase|format|secureErase|zeroDisk)$/i.test(arg),
    )
  ) {
    return [{ tag: 'disk_write', ...CRITICAL, reason: 'changes the layout of a disk' }];
  }
  if (
    name === 'mv' &&
    operands(args)
      .slice(0, -1)
      .some((path) => isWholeSystem(path) || SERVICE_DATA.test(path))
  ) {
    return [
      {
        tag: 'destructive_delete',
        ...SERIOUS,
        reason: 'moves the system, a whole home folder or the data of a service away',
      },
    ];
  }
  if (name === 'mv' && operands(args).at(-1) === '/dev/null') {
    return [{ tag: 'destructive_delete', ...SERIOUS, reason: 'moves files into nothing' }];
  }
  if (/^(?:bsd)?tar$/.test(name) && args.includes('--remove-files') && args.includes('/dev/null')) {
    return [{ tag: 'destructive_delete', ...SERIOUS, reason: 'moves files into nothing' }];
  }
  const cleared = operands(args).filter((path) => isWholeSystem(path) || isPersonalFolder(path) || isSystemFile(path));
  if (
    (name === 'rsync' &&
      args.some((arg) => arg.startsWith('--delete')) &&
      cleared.includes(operands(args).at(-1) ?? '')) ||
    (/^(?:tar|bsdtar|zip|7z|7za)$/.test(name) &&
      cleared.length > 0 &&
      args.some((arg) => /^(?:--remove-files|-sdel|-\w*m\w*)$/.test(arg)) &&
      !/^-?\w*[xt]/.test(args[0] ?? ''))
  ) {
    return [{ tag: 'destructive_delete', ...SERIOUS, reason: 'empties a system or personal folder on the way' }];
  }
  const emptied = name === 'truncate' ? operands(args) : [];
  if (emptied.some(isSystemFile) || [...emptied, ...written].some((path) => SERVICE_DATA.test(path))) {
    return [{ tag: 'destructive_delete', ...SERIOUS, reason: 'empties a system file or the data of a service' }];
  }
  return [];
}

function stops({ name, args }: RunCommand): readonly Finding[] {
  const tag = 'host_disruption';
  if (/^(?:shutdown|reboot|halt|poweroff)$/.test(name) && !args.includes('-c')) {
    return [{ tag, ...SERIOUS, reason: 'stops the machine' }];
  }
  if ((name === 'init' || name === 'telinit') && /^[06]$/.test(args[0] ?? '')) {
    return [{ tag, ...SERIOUS, reason: 'stops the machine' }];
  }
  if (name === 'systemctl' && args.some((arg) => /^(?:poweroff|reboot|halt|kexec|rescue|emergency)$/.test(arg))) {
    return [{ tag, ...SERIOUS, reason: 'stops the machine' }];
  }
  if (name === 'kill' && operands(args.filter((arg) => arg !== '-9')).length === 0 && args.includes('-1')) {
    return [{ tag, ...SERIOUS, reason: 'ends every process of the user' }];
  }
  if (name === 'crontab' && args.includes('-r')) return [{ tag, ...SERIOUS, reason: 'removes all scheduled jobs' }];
  return [];
}
