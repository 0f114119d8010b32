import { operands } from '../paths.ts';
import { isInterpreter } from '../run/code-arguments.ts';
import { programText } from '../run/interpreter-code.ts';
import type { RunCommand } from '../run/run-command.ts';

/** Programs that talk to other machines. */
export const SENDERS =
  /^(?:curl|wget|nc|ncat|netcat|socat|scp|rsync|sftp|ftp|lftp|smbclient|tftp|mail|mailx|sendmail|mutt|telnet|http|https|xh|dig|nslookup|host|ssh|aws|gsutil|gcloud|az|rclone|gh|openssl|ping|websocat|croc|(?:magic-)?wormhole|transfer)$/;
/** Options that send what follows. */
const UPLOADS =
  /^(?:-d|--data(?:-\w+)?|-F|--form(?:-string)?|-T|--upload-file|--post-file|--post-data|--body-file|--body-data)(?:=|$)|^-[dFT].|^-[a-zA-Z]*T$/;

/** Whether a command sends something that it was given to another machine. */
export function sendsData(command: RunCommand): boolean {
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
export function sendsFile({ name, args, redirects, upstream, input }: RunCommand): boolean {
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
          (/^--data-urlencode/.test(arg) && /(?:^|\s)\w*@[\w/~.]/.test(value)) ||
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
export const THIS_MACHINE =
  /^(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|host\.docker\.internal)(?:[:/]|$)/;

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
