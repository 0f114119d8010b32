import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigRejectedError, createConfigEditor } from '@chela/config';
import { silentLogger } from '@chela/observability';
import type { CliContext } from '../context.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { type Premises, sectionOf } from './finding.ts';
import { premises } from './run-audit.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const PERMISSIONS = 0o777;

export interface FixAction {
  readonly kind: 'chmod';
  readonly path: string;
  readonly mode: number;
  readonly ok: boolean;
  readonly skipped?: 'already' | 'missing' | 'symlink';
  readonly error?: string;
}

/** What was mended (reference cli/doctor.md §2, `--fix`). */
export interface AuditFix {
  readonly ok: boolean;
  readonly stateDir: string;
  readonly configPath: string;
  readonly configWritten: boolean;
  readonly changes: readonly string[];
  readonly actions: readonly FixAction[];
  readonly errors: readonly string[];
}

/** Closes what can be closed without a question: modes of files, redaction of logs, open groups. */
export async function fixAudit(context: CliContext, loaded: LoadedConfig): Promise<AuditFix> {
  const { paths } = loaded;
  const surroundings = await premises(context, loaded);
  const edits = configEdits(surroundings);
  const errors: string[] = [];
  if (edits.length > 0) {
    const editor = createConfigEditor({ paths, env: { ...context.env }, logger: silentLogger('cli') });
    await editor.edit(edits).catch((error: unknown) => {
      if (!(error instanceof ConfigRejectedError)) throw error;
      errors.push(error.message);
    });
  }
  const actions: FixAction[] = [];
  for (const { path, mode } of await targets(surroundings)) actions.push(await tighten(path, mode));
  errors.push(...actions.flatMap(({ error }) => error ?? []));
  const configWritten = edits.length > 0 && errors.length === 0;
  return {
    ok: errors.length === 0,
    stateDir: paths.stateDir,
    configPath: paths.configPath,
    configWritten,
    changes: configWritten ? edits.map(({ path, value }) => `${path.join('.')}=${value}`) : [],
    actions,
    errors,
  };
}

function configEdits({ at }: Premises): { readonly path: string[]; readonly value: string }[] {
  const open = Object.entries(sectionOf(at('channels'))).filter(
    ([, section]) => sectionOf(section).groupPolicy === 'open',
  );
  return [
    ...(at('logging.redactSensitive') === 'off' ? [{ path: ['logging', 'redactSensitive'], value: 'tools' }] : []),
    ...(at('tools.elevated.enabled') === false
      ? []
      : open.map(([id]) => ({ path: ['channels', id, 'groupPolicy'], value: 'allowlist' }))),
  ];
}

async function targets(surroundings: Premises): Promise<readonly { readonly path: string; readonly mode: number }[]> {
  const { paths, includes, credentialsDir, agentIds, agentFiles } = surroundings;
  const file = (path: string) => ({ path, mode: FILE_MODE });
  return [
    { path: paths.stateDir, mode: FOLDER_MODE },
    file(paths.configPath),
    ...includes.map(file),
    { path: credentialsDir, mode: FOLDER_MODE },
    ...(await namesIn(credentialsDir, '.json')).map(file),
    ...(
      await Promise.all(
        agentIds.map(async (id) => {
          const { authProfiles, sessionsFile } = agentFiles(id);
          const folder = join(sessionsFile, '..');
          const transcripts = await namesIn(folder, '.jsonl');
          return [
            file(authProfiles),
            { path: folder, mode: FOLDER_MODE },
            file(sessionsFile),
            ...transcripts.map(file),
          ];
        }),
      )
    ).flat(),
  ];
}

async function namesIn(folder: string, ending: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

async function tighten(path: string, mode: number): Promise<FixAction> {
  const base = { kind: 'chmod', path, mode } as const;
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return { ...base, ok: false, skipped: 'symlink' };
    if ((found.mode & PERMISSIONS) === mode) return { ...base, ok: false, skipped: 'already' };
    await chmod(path, mode);
    return { ...base, ok: true };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { ...base, ok: false, skipped: 'missing' };
    return { ...base, ok: false, error: `${path}: ${error instanceof Error ? error.message : error}` };
  }
}
