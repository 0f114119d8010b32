import { lstat, stat } from 'node:fs/promises';
import { type AuditCheck, type AuditFinding, type Severity, when } from '../finding.ts';

const SYNCED = /icloud|dropbox|google ?drive|onedrive/i;
const PERMISSIONS = 0o777;
const WORLD_WRITE = 0o002;
const GROUP_WRITE = 0o020;
const WORLD_READ = 0o004;
const GROUP_READ = 0o040;

interface Rule {
  readonly bits: number;
  readonly suffix: string;
  readonly severity: Severity;
  readonly problem: string;
}

const STATE_DIR: readonly Rule[] = [
  { bits: WORLD_WRITE, suffix: 'perms_world_writable', severity: 'critical', problem: 'everybody can write to it' },
  { bits: GROUP_WRITE, suffix: 'perms_group_writable', severity: 'warn', problem: 'its group can write to it' },
  { bits: WORLD_READ | GROUP_READ, suffix: 'perms_readable', severity: 'warn', problem: 'others can read it' },
];
const SECRETS: readonly Rule[] = [
  {
    bits: WORLD_WRITE | GROUP_WRITE,
    suffix: 'perms_writable',
    severity: 'critical',
    problem: 'others can write to it',
  },
  { bits: WORLD_READ, suffix: 'perms_world_readable', severity: 'critical', problem: 'everybody can read it' },
  { bits: GROUP_READ, suffix: 'perms_group_readable', severity: 'warn', problem: 'its group can read it' },
];
const CREDENTIALS: readonly Rule[] = [
  {
    bits: WORLD_WRITE | GROUP_WRITE,
    suffix: 'perms_writable',
    severity: 'critical',
    problem: 'others can write to it',
  },
  { bits: WORLD_READ | GROUP_READ, suffix: 'perms_readable', severity: 'warn', problem: 'others can read it' },
];
const READABLE: readonly Rule[] = CREDENTIALS.slice(1);

/** Who else on this machine can read or change what the assistant keeps (reference cli/doctor.md §2). */
export const fileChecks: AuditCheck = async ({ paths, includes, agentIds, agentFiles, credentialsDir, logFile }) => {
  const { stateDir, configPath } = paths;
  const synced = [stateDir, configPath].filter((path) => SYNCED.test(path));
  const checked = await Promise.all([
    look(stateDir, 'fs.state_dir', 'state directory', STATE_DIR, 'chmod 700'),
    look(configPath, 'fs.config', 'configuration', SECRETS, 'chmod 600'),
    ...includes.map((path) => look(path, 'fs.config_include', 'included configuration', SECRETS, 'chmod 600')),
    look(credentialsDir, 'fs.credentials_dir', 'folder of credentials', CREDENTIALS, 'chmod 700'),
    ...agentIds.flatMap((id) => {
      const { authProfiles, sessionsFile } = agentFiles(id);
      return [
        look(authProfiles, 'fs.auth_profiles', `keys of the models of ${id}`, CREDENTIALS, 'chmod 600'),
        look(sessionsFile, 'fs.sessions_store', `sessions of ${id}`, READABLE, 'chmod 600'),
      ];
    }),
    ...(logFile === undefined ? [] : [look(logFile, 'fs.log_file', 'log file', READABLE, 'chmod 600')]),
  ]);
  return [
    ...when(synced.length > 0, {
      checkId: 'fs.synced_dir',
      severity: 'warn',
      title: 'The state is copied to a cloud',
      detail: `${synced.join(', ')} lies in a folder that is synchronised.`,
      remediation: 'Keep the state on this machine only.',
    }),
    ...checked.flat(),
  ];
};

async function look(
  path: string,
  id: string,
  name: string,
  rules: readonly Rule[],
  mend: string,
): Promise<readonly AuditFinding[]> {
  const link = await lstat(path).catch(missing);
  if (link === undefined) return [];
  const links = when(link.isSymbolicLink() && (id === 'fs.state_dir' || id === 'fs.config'), {
    checkId: `${id}.symlink`,
    severity: 'warn',
    title: `The ${name} is a link`,
    detail: `${path} points somewhere else; who may change the link decides what is used.`,
  });
  // Windows has other rules than these bits.
  if (process.platform === 'win32') return links;
  const mode = ((await stat(path).catch(missing))?.mode ?? 0) & PERMISSIONS;
  const broken = rules.find(({ bits }) => (mode & bits) !== 0);
  if (broken === undefined) return links;
  return [
    ...links,
    {
      checkId: `${id}.${broken.suffix}`,
      severity: broken.severity,
      title: `The ${name} is open: ${broken.problem}`,
      detail: `${path} mode=${mode.toString(8).padStart(3, '0')}.`,
      remediation: `${mend} ${path}`,
    },
  ];
}

function missing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))
    return undefined;
  throw error;
}
