import type { Finding } from '../../finding.ts';
import { inFolder, isCredentialFile, isDotEnv, isOwnState, operands, pathsIn } from '../paths.ts';
import { isInterpreter } from '../run/code-arguments.ts';
import { programText } from '../run/interpreter-code.ts';
import type { RunCommand } from '../run/run-command.ts';
import { type CommandRule, CRITICAL, SERIOUS } from './rule.ts';
import { SENDERS, sendsData, sendsFile } from './sent-data.ts';

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
  else if (sent.some(sendsFile))
    findings.push({ tag: 'network_exfiltration', ...SERIOUS, reason: 'sends a file of this machine out' });
  if (reads && sent.length > 0 && !sendsSecret) {
    findings.push({
      tag: 'network_exfiltration',
      ...CRITICAL,
      reason: 'reads secrets and talks to the network in one go',
    });
  }
  return findings;
};

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
