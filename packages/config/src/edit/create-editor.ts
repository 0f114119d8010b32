import { type Clock, type Logger, systemClock } from '@chela/observability';
import { CONFIG_CONTRACT_VERSION } from '../contract-version.ts';
import type { Env } from '../env.ts';
import { equalJson, isJsonObject } from '../json-object.ts';
import { configHash } from '../read/hash.ts';
import { type ConfigReading, judgeConfigText, readConfig } from '../read/read-config.ts';
import { substituteEnv } from '../read/substitute.ts';
import { createRestorePoints } from '../restore/create-restore-points.ts';
import type { ConfigIssue, StatePaths } from '../service.ts';
import type { Config } from '../types.ts';
import { validateConfig } from '../validate.ts';
import { writePrivateFile } from '../write-private-file.ts';
import { appendAudit, suspiciousChanges, type WriteFacts, type WriteResult } from './audit.ts';
import { rotateBackups } from './backup.ts';
import { valueAtPath } from './config-path.ts';
import { diffConfig } from './diff-config.ts';
import { type ConfigEdit, editConfigText } from './edit-text.ts';
import { keepReferences } from './keep-references.ts';

/** The file changed between reading and writing; the message is the protocol's. */
export class ConfigConflictError extends Error {
  override readonly name = 'ConfigConflictError';

  constructor() {
    super('config changed since last load; re-run config.get and retry');
  }
}

/** The result would not pass; nothing was written. */
export class ConfigRejectedError extends Error {
  override readonly name = 'ConfigRejectedError';
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    const first = issues[0];
    super(`Config validation failed: ${first?.path || '<root>'}: ${first?.message ?? 'unknown problem'}`);
    this.issues = issues;
  }
}

export interface ConfigEditor {
  /**
   * Writes single changes, keeping comments, unknown keys, includes and `${NAME}` references of the rest. With
   * `baseHash` only if the file still has that hash. Throws ConfigConflictError or ConfigRejectedError.
   */
  edit(edits: readonly ConfigEdit[], options?: { readonly baseHash?: string }): Promise<ConfigReading>;
  /**
   * Writes what differs between the defaulted configuration a client saw and the one it sends back. A file that is not
   * valid is replaced as a whole. Throws ConfigConflictError or ConfigRejectedError.
   */
  replace(config: unknown, options: { readonly baseHash: string }): Promise<ConfigReading>;
  /**
   * Writes what `update` makes of the configuration the gateway would run on. Nothing else is written between reading
   * and writing; what `update` throws comes out unchanged. Throws ConfigRejectedError for a file that is not valid.
   */
  change(update: (live: Config) => unknown): Promise<ConfigReading>;
  /**
   * Puts an earlier text of the file back, letter by letter; what it replaces becomes the newest backup. Throws
   * ConfigRejectedError for a text that would not pass.
   */
  restore(raw: string): Promise<ConfigReading>;
  /** A fresh look at the file, whatever the running service has noticed so far. */
  read(): Promise<ConfigReading>;
}

/**
 * The writer of `openclaw.json` in a process: one write at a time, checked before it is made, atomic, with backups and
 * an audit line (reference config/config.md §10). A running ConfigService notices the change or is told to reload.
 */
export function createConfigEditor(deps: {
  readonly paths: StatePaths;
  readonly env?: Env;
  readonly logger: Logger;
  readonly clock?: Clock;
}): ConfigEditor {
  const { paths, logger, clock = systemClock } = deps;
  const env = deps.env ?? process.env;
  const restorePoints = createRestorePoints({ stateDir: paths.stateDir, now: () => clock.now() });
  let queue: Promise<unknown> = Promise.resolve();

  /** Judging a text must not leave the variables of a rejected file in the environment. */
  const judge = (raw: string): Promise<ConfigReading> => judgeConfigText(paths, { ...env }, raw);

  const read = (): Promise<ConfigReading> => readConfig(paths, { ...env });

  const write = async (edits: readonly ConfigEdit[], baseHash: string | undefined): Promise<ConfigReading> => {
    const before = await read();
    if (baseHash !== undefined && before.snapshot.hash !== baseHash) throw new ConfigConflictError();
    const isWhole = edits.some(({ path }) => path.length === 0);
    if (before.snapshot.parsed === null && !isWhole) throw new ConfigRejectedError(before.snapshot.issues);
    const raw = before.snapshot.parsed === null ? '' : (before.snapshot.raw ?? '');
    const stamped = [...edits, ...stamp(clock.now())];
    const nextRaw = await editConfigText(raw, stamped);
    const after = await judge(nextRaw);
    if (!after.snapshot.valid) throw new ConfigRejectedError(after.snapshot.issues);
    const hidden = editsHiddenByIncludes(edits, after, env);
    if (hidden.length > 0) throw new ConfigRejectedError(hidden);
    await save(before, after, nextRaw, edits.length);
    return after;
  };

  const restore = async (raw: string): Promise<ConfigReading> => {
    const before = await read();
    const after = await judge(raw);
    if (!after.snapshot.valid) throw new ConfigRejectedError(after.snapshot.issues);
    await save(before, after, raw, diffConfig(before.snapshot.parsed, after.snapshot.parsed).length);
    return after;
  };

  const save = async (
    before: ConfigReading,
    after: ConfigReading,
    nextRaw: string,
    changedPathCount: number,
  ): Promise<void> => {
    const facts: WriteFacts = {
      previousRaw: before.snapshot.raw,
      nextRaw,
      previousHash: before.snapshot.hash ?? configHash(null),
      nextHash: configHash(nextRaw),
      before: before.snapshot.parsed,
      after: after.snapshot.parsed,
      changedPathCount,
    };
    const outcome = await commit(facts);
    await audit(facts, outcome);
    logWrite(facts);
  };

  const editsFor = async (before: ConfigReading, config: unknown): Promise<readonly ConfigEdit[]> => {
    const { snapshot, includes } = before;
    const arrays = includes.length === 0 ? 'items' : 'whole';
    const edits = diffConfig(snapshot.config, config, arrays).map((edit) => placeable(edit, snapshot.parsed, env));
    return [...(includes.length === 0 ? await schemaDefaults(snapshot.resolved) : []), ...edits];
  };

  /** Defaults of the schema are written down with the first change, as the original does (reference config/config.md §9). */
  const schemaDefaults = async (resolved: unknown): Promise<readonly ConfigEdit[]> => {
    const { value } = await validateConfig(resolved, paths);
    return diffConfig(resolved, value, 'items').filter(
      (edit) => edit.value !== undefined && !valueAtPath(resolved, edit.path).found,
    );
  };

  const commit = async (facts: WriteFacts): Promise<WriteResult> => {
    if (facts.previousRaw !== null) await keepForRestoring();
    try {
      if (facts.previousRaw !== null) await rotateBackups(paths.configPath);
      return { result: await writePrivateFile(paths.configPath, facts.nextRaw) };
    } catch (error) {
      const errorMessage = error instanceof Error ? error.message : String(error);
      const code = error instanceof Error && 'code' in error ? { errorCode: String(error.code) } : {};
      await audit(facts, { result: 'failed', ...code, errorMessage });
      throw error;
    }
  };

  /** The backups beside the file remain when there is no room for more. */
  const keepForRestoring = async (): Promise<void> => {
    try {
      await restorePoints.create({ reason: 'config', files: [paths.configPath] });
    } catch (error) {
      logger.warn('no restore point was made before a configuration write', { error });
    }
  };

  const audit = async (facts: WriteFacts, outcome: WriteResult): Promise<void> => {
    try {
      await appendAudit(paths, env, clock.now(), facts, outcome);
    } catch (error) {
      logger.warn('the audit line of a configuration write could not be written', { error });
    }
  };

  const logWrite = (facts: WriteFacts): void => {
    if (facts.previousRaw === null) return;
    const { configPath } = paths;
    logger.info(
      `Config overwrite: ${configPath} (sha256 ${facts.previousHash} -> ${facts.nextHash}, backup=${configPath}.bak, changedPaths=${facts.changedPathCount})`,
    );
    const suspicious = suspiciousChanges(facts);
    if (suspicious.length > 0) logger.warn(`Config write anomaly: ${configPath} (${suspicious.join(', ')})`);
  };

  const enqueue = <T>(task: () => Promise<T>): Promise<T> => {
    const run = queue.then(task);
    queue = run.catch(() => undefined);
    return run;
  };

  return {
    edit: (edits, options) => enqueue(() => write(edits, options?.baseHash)),
    replace: (config, { baseHash }) =>
      enqueue(async () => {
        const before = await read();
        if (before.snapshot.hash !== baseHash) throw new ConfigConflictError();
        if (!before.snapshot.valid) return write([{ path: [], value: config }], baseHash);
        return write(await editsFor(before, config), baseHash);
      }),
    change: (update) =>
      enqueue(async () => {
        const before = await read();
        if (!before.snapshot.valid) throw new ConfigRejectedError(before.snapshot.issues);
        return write(await editsFor(before, update(before.live)), before.snapshot.hash);
      }),
    restore: (raw) => enqueue(() => restore(raw)),
    read,
  };
}

function stamp(nowMs: number): readonly ConfigEdit[] {
  return [
    { path: ['meta', 'lastTouchedVersion'], value: CONFIG_CONTRACT_VERSION },
    { path: ['meta', 'lastTouchedAt'], value: new Date(nowMs).toISOString() },
  ];
}

/** Values of included files can be overridden, but not removed or replaced inside lists: those edits had no effect. */
function editsHiddenByIncludes(edits: readonly ConfigEdit[], after: ConfigReading, env: Readonly<Env>): ConfigIssue[] {
  if (after.includes.length === 0) return [];
  return edits
    .filter(({ path, value }) => {
      const { found, value: actual } = valueAtPath(after.snapshot.resolved, path);
      if (value === undefined) return found;
      return isJsonObject(value) ? !found : !equalJson(actual, substituteEnv(value, env));
    })
    .map(({ path }) => ({
      path: path.join('.'),
      message: 'is set in an included file; change it there',
    }));
}

function placeable(edit: ConfigEdit, parsed: unknown, env: Readonly<Env>): ConfigEdit {
  return { path: edit.path, value: keepReferences(edit.value, valueAtPath(parsed, edit.path).value, env) };
}
