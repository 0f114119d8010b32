/** What a program is about to do, in a few words; `args` are its words without the program's name. */
type Describe = (args: readonly string[]) => string;

const PLAIN_ARGUMENT = /^[A-Za-z0-9._/:@~=#-]{1,48}$/;

const GIT: Readonly<Record<string, string>> = {
  status: 'check git status',
  diff: 'check git diff',
  log: 'view git history',
  show: 'show git object',
  branch: 'list git branches',
  checkout: 'switch git branch',
  switch: 'switch git branch',
  commit: 'create git commit',
  pull: 'pull git changes',
  push: 'push git changes',
  fetch: 'fetch git changes',
  merge: 'merge git changes',
  rebase: 'rebase git branch',
  add: 'stage git changes',
  restore: 'restore git files',
  reset: 'reset git state',
  stash: 'stash git changes',
};

/** Arguments that are no options, the values of the named options left out. */
function operands(args: readonly string[], valued: readonly string[] = []): readonly string[] {
  return args.filter((arg, index) => {
    const before = args[index - 1];
    return !arg.startsWith('-') && (before === undefined || !valued.includes(before));
  });
}

const git: Describe = (args) => {
  const [command] = operands(args, ['-C', '-c', '--git-dir', '--work-tree']);
  if (command === undefined) return 'run git command';
  return GIT[command] ?? `run git ${command}`;
};

const search: Describe = (args) => {
  const pattern = args.indexOf('-e') === -1 ? undefined : args[args.indexOf('-e') + 1];
  const plain = operands(args, ['-e', '-f', '-m', '-A', '-B', '-C', '-g', '--glob', '-t']);
  const [first, second] = pattern === undefined ? plain : [pattern, plain[0]];
  if (first === undefined) return 'search text';
  return second === undefined ? `search "${first}"` : `search "${first}" in ${second}`;
};

const find: Describe = (args) => {
  const place = args[0] === undefined || args[0].startsWith('-') ? '.' : args[0];
  const at = args.findIndex((arg) => arg === '-name' || arg === '-iname');
  const name = at === -1 ? undefined : args[at + 1];
  return name === undefined ? `find files in ${place}` : `find files named "${name}" in ${place}`;
};

function packages(program: string): Describe {
  return (args) => {
    const [command, script] = operands(args);
    if (command === undefined) return `run ${program} command`;
    if (command === 'install' || command === 'i' || command === 'add') return 'install dependencies';
    if (command === 'test' || command === 't') return 'run tests';
    if (command === 'start') return 'start app';
    if (command === 'run') return script === undefined ? `run ${program} script` : `run ${script}`;
    return command === 'build' || command === 'lint' ? `run ${command}` : `run ${program} ${command}`;
  };
}

const node: Describe = (args) => {
  if (args.includes('-e') || args.includes('--eval')) return 'run node inline script';
  const [file] = operands(args);
  if (args.includes('--check') || args.includes('-c')) return `check js syntax for ${file ?? 'script'}`;
  return file === undefined ? 'run node' : `run node script ${file}`;
};

function interpreter(program: string): Describe {
  return (args) => {
    if (args.some((arg) => arg.startsWith('<<'))) return `run ${program} inline script (heredoc)`;
    if (args.includes('-c')) return `run ${program} inline script`;
    const [file] = args.includes('-m') ? [] : operands(args);
    return file === undefined ? `run ${program}` : `run ${program} ${file}`;
  };
}

const fetchUrl: Describe = (args) => {
  const url = args.find((arg) => /^https?:\/\//.test(arg));
  return url === undefined ? 'fetch url' : `fetch ${url}`;
};

function lines(which: 'first' | 'last', program: string): Describe {
  return (args) => {
    const at = args.indexOf('-n');
    const count = at === -1 ? args.find((arg) => /^-\d+$/.test(arg))?.slice(1) : args[at + 1];
    const [file] = operands(args, ['-n', '-c']);
    if (count !== undefined) {
      const what = `show ${which} ${count} lines`;
      return file === undefined ? what : `${what} of ${file}`;
    }
    return file === undefined ? `show ${program} output` : `show ${file}`;
  };
}

const sed: Describe = (args) => {
  const plain = operands(args);
  const file = plain.at(-1);
  const range = args.includes('-n') ? /^(\d+),(\d+)p$/.exec(plain[0] ?? '') : null;
  if (range !== null && plain.length > 1) return `print lines ${range[1]}-${range[2]} from ${file}`;
  return plain.length > 1 ? `run sed on ${file}` : 'run sed transform';
};

function onFile(words: string, without: string): Describe {
  return (args) => {
    const [file] = operands(args);
    return file === undefined ? without : `${words} ${file}`;
  };
}

function fromTo(verb: string): Describe {
  return (args) => {
    const [from, to] = operands(args);
    if (from === undefined || to === undefined) return `${verb} files`;
    return `${verb} ${from} to ${to}`;
  };
}

const PROGRAMS: Readonly<Record<string, Describe>> = {
  git,
  grep: search,
  rg: search,
  find,
  npm: packages('npm'),
  pnpm: packages('pnpm'),
  yarn: packages('yarn'),
  bun: packages('bun'),
  node,
  python: interpreter('python'),
  python3: interpreter('python3'),
  ruby: interpreter('ruby'),
  php: interpreter('php'),
  curl: fetchUrl,
  wget: fetchUrl,
  ls: onFile('list files in', 'list files'),
  cat: onFile('show', 'show output'),
  head: lines('first', 'head'),
  tail: lines('last', 'tail'),
  sed,
  mkdir: onFile('create folder', 'create folder'),
  rm: onFile('remove', 'remove files'),
  touch: onFile('create file', 'create file'),
  cp: fromTo('copy'),
  mv: fromTo('move'),
  echo: () => 'print text',
  printf: () => 'print text',
};

/** A program and its words as a short line for people, e.g. `list files in src`. */
export function describeProgram(program: string, args: readonly string[]): string {
  const name = program.split('/').at(-1) || program;
  const known = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (known !== undefined) return known(args);
  const [target] = operands(args);
  return target !== undefined && PLAIN_ARGUMENT.test(target) ? `run ${name} ${target}` : `run ${name}`;
}
