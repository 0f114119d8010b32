import type { InstallKind, InstallSpec } from '../skill.ts';
import type { NodeManager } from '../skill-settings.ts';
import type { InstallerCommand } from './run-installer.ts';

/** A name or path of a package; never an option, whatever a skill says. */
const SUBJECT = /^[A-Za-z0-9@][\w@./+~^:=-]*$/;

/** Node packages must not run scripts of their own while they are installed: nobody has read them. */
const NODE_ARGV: Readonly<Record<NodeManager, readonly [string, ...string[]]>> = {
  npm: ['npm', 'install', '-g', '--ignore-scripts'],
  pnpm: ['pnpm', 'add', '-g', '--ignore-scripts'],
  yarn: ['yarn', 'global', 'add', '--ignore-scripts'],
  bun: ['bun', 'add', '-g', '--ignore-scripts'],
};

const SUBJECT_MEMBERS = { brew: 'formula', node: 'package', go: 'module', uv: 'package' } as const;

type CommandKind = Exclude<InstallKind, 'download'>;

export type CommandReading =
  | { readonly ok: true; readonly command: InstallerCommand; readonly program: string }
  | { readonly ok: false; readonly problem: string };

/** The command line of an installer (reference agent/automation.md §6.3, `install`). */
export function installerCommand(spec: InstallSpec, kind: CommandKind, nodeManager: NodeManager): CommandReading {
  const member = SUBJECT_MEMBERS[kind];
  const subject = spec[member];
  if (subject === undefined) return { ok: false, problem: `missing ${kind} ${member}` };
  if (!SUBJECT.test(subject)) return { ok: false, problem: `invalid ${kind} ${member}: ${subject}` };
  const argv = argvOf(kind, subject, nodeManager);
  return { ok: true, command: { argv }, program: argv[0] };
}

function argvOf(kind: CommandKind, subject: string, nodeManager: NodeManager): InstallerCommand['argv'] {
  switch (kind) {
    case 'brew':
      return ['brew', 'install', subject];
    case 'node':
      return [...NODE_ARGV[nodeManager], subject];
    case 'go':
      return ['go', 'install', subject];
    case 'uv':
      return ['uv', 'tool', 'install', subject];
  }
}
