import { isShell } from './code-arguments.ts';

/** How the arguments of a program name another one that it starts. */
interface Wrapper {
  /** Options that take a value of their own. */
  readonly valued?: RegExp;
  /** Arguments before the program's name: a duration, a folder, a lock file. */
  readonly operands?: number;
  /** `NAME=value` arguments set variables. */
  readonly variables?: true;
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  sudo: { valued: /^-[ugpCRTrthD]$|^--(?:user|group|prompt|chdir|chroot|host|role|type)$/, variables: true },
  doas: { valued: /^-[uC]$/ },
  pkexec: { valued: /^--user$/ },
  env: { valued: /^-[uCS]$|^--(?:unset|chdir)$/, variables: true },
  nohup: {},
  setsid: {},
  nice: { valued: /^-n$|^--adjustment$/ },
  ionice: { valued: /^-[cnp]$/ },
  chrt: { operands: 1 },
  taskset: { operands: 1 },
  timeout: { valued: /^-[sk]$|^--(?:signal|kill-after)$/, operands: 1 },
  time: { valued: /^-[fo]$/ },
  stdbuf: { valued: /^-[ioe]$/ },
  unbuffer: {},
  command: {},
  builtin: {},
  exec: { valued: /^-a$/ },
  busybox: {},
  toybox: {},
  caffeinate: { valued: /^-[tw]$/ },
  strace: { valued: /^-[eopsPO]$/ },
  ltrace: { valued: /^-[eops]$/ },
  chroot: { operands: 1 },
  unshare: {},
  nsenter: { valued: /^-[tS]$/ },
  firejail: {},
  proxychains: {},
  proxychains4: { valued: /^-f$/ },
  torsocks: {},
  entr: {},
  rlwrap: {},
  winpty: {},
  setpriv: {},
  prlimit: {},
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  tini: {},
  'dumb-init': {},
  'xvfb-run': {},
  cpulimit: { valued: /^-[lpe]$/ },
  faketime: { operands: 1 },
  screen: { valued: /^-\w*[SshTcp]$/ },
  'dbus-run-session': {},
  'Start-Process': { valued: /^-(?:Verb|WindowStyle|ArgumentList)$/i },
  torify: {},
  flock: { valued: /^-[wE]$/, operands: 1 },
  pssh: { valued: /^-[hHlptoeO]$/ },
  'parallel-ssh': { valued: /^-[hHlptoeO]$/ },
  pdsh: { valued: /^-[wxlgRfu]$/ },
  runuser: { valued: /^-u$/ },
};

const CONTAINERS = new Set([
  'docker',
  'docker-compose',
  'podman',
  'podman-compose',
  'kubectl',
  'oc',
  'nerdctl',
  'crictl',
  'lxc',
  'lxc-attach',
  'incus',
]);

export interface Unwrapped {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The program inside a wrapper's arguments; undefined when `name` is none or nothing is in it. */
export function unwrap(name: string, args: readonly string[]): Unwrapped | undefined {
  // `python -m pip` is pip.
  if (/^(?:python|pypy)[\d.]*$/.test(name))
    return args[0] === '-m' && /^(?:pip|pipx|uv)$/.test(args[1] ?? '') ? wordsFrom(args, 1) : undefined;
  if (CONTAINERS.has(name)) return insideContainer(name, args);
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (wrapper === undefined) return undefined;
  const environment: Record<string, string> = {};
  let operands = wrapper.operands ?? 0;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const assignment = wrapper.variables && /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(arg);
    if (arg === '--') continue;
    if (arg.startsWith('-') && arg !== '-') {
      if (name === 'env' && arg === '-S') return splitString(args.slice(at + 1), environment);
      if (wrapper.valued?.test(arg)) at += 1;
    } else if (assignment) environment[assignment[1] ?? ''] = assignment[2] ?? '';
    else if (operands > 0) operands -= 1;
    else return { words: args.slice(at), environment };
  }
  return undefined;
}

/** `env -S "a b c"` splits its argument itself. */
function splitString(
  [text = '', ...rest]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Unwrapped {
  return { words: [...text.split(/\s+/).filter((word) => word !== ''), ...rest], environment };
}

const CONTAINER_VALUED =
  /^-(?:[vepuwhmlacn]|it?[vepuwc])$|^--(?:container|namespace|index|volume|env|env-file|publish|user|workdir|name|network|net|mount|entrypoint|hostname|memory|cpus|platform|label|add-host|device|cap-add|cap-drop|security-opt|pid|ipc|userns|restart|gpus|ulimit|dns|tmpfs|link|log-driver|shm-size)$/;

/** What runs in a container: `docker run … IMAGE PROGRAM`, `docker exec … NAME PROGRAM`, `kubectl exec … -- PROGRAM`. */
function insideContainer(name: string, args: readonly string[]): Unwrapped | undefined {
  const shell = args.findIndex((arg) => isShell(arg.split('/').at(-1) ?? ''));
  if (shell >= 1) return { words: args.slice(shell), environment: {} };
  const verb = args.findIndex((arg) => arg === 'run' || arg === 'exec');
  if (verb < 0) return undefined;
  const dashes = args.indexOf('--', verb);
  if (dashes >= 0 && /^(?:kubectl|oc|lxc|incus)$/.test(name)) return wordsFrom(args, dashes + 1);
  if (args[verb] === 'run' && (name === 'kubectl' || name === 'oc')) return undefined;
  let at = verb + 1;
  while (at < args.length && (args[at] ?? '').startsWith('-')) at += CONTAINER_VALUED.test(args[at] ?? '') ? 2 : 1;
  return wordsFrom(args, at + 1);
}

function wordsFrom(args: readonly string[], at: number): Unwrapped | undefined {
  return at < args.length ? { words: args.slice(at), environment: {} } : undefined;
}
