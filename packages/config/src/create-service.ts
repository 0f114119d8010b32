import { type Clock, type Logger, systemClock } from '@chela/observability';
import { CONFIG_CONTRACT_VERSION } from './contract-version.ts';
import type { Env } from './env.ts';
import { explainIssue } from './explain-issue.ts';
import { equalJson, objectAt } from './json-object.ts';
import { createLastGood } from './last-good.ts';
import { type ConfigReading, judgeConfigText, readConfig } from './read/read-config.ts';
import { importShellEnv } from './read/shell-env.ts';
import { finishRestore } from './restore/finish-restore.ts';
import type { ConfigService, ConfigSnapshot, StatePaths } from './service.ts';
import { resolveStatePaths } from './state-paths.ts';
import type { Config } from './types.ts';
import { type FileWatch, watchFile } from './watch-file.ts';

const DEFAULT_RELOAD_DEBOUNCE_MS = 300;
const SHOWN_ISSUES = 10;

export interface ConfigServiceDeps {
  /** The environment to read and to add `.env` and `env` values to; the process's own by default. */
  readonly env?: Env;
  readonly logger: Logger;
  /** Follow the file (not its includes); long-running processes only. Default false. */
  readonly watch?: boolean;
  readonly clock?: Clock;
}

/**
 * The one owner of the configuration in a process (design rule 9). A file that does not pass, or is gone, never becomes
 * active: the generation before it runs on, at the start the last good one of an earlier run, else the defaults.
 */
export async function createConfigService(deps: ConfigServiceDeps): Promise<ConfigService> {
  const env = deps.env ?? process.env;
  const { logger, clock = systemClock } = deps;
  const paths = resolveStatePaths(env);
  await finishRestore(paths.stateDir).catch((error: unknown) =>
    logger.error('a restore that had begun could not be ended; see chela restore list', { error }),
  );
  const lastGood = createLastGood(paths);
  const listeners = new Set<(next: Config, previous: Config) => void>();

  let reading = await readConfig(paths, env);
  let current: Config = reading.live;
  let pending: Promise<unknown> = Promise.resolve();
  let closed = false;

  if (reading.snapshot.valid) {
    logWarnings(logger, reading.snapshot);
  } else {
    const migrated = await readAsMigrated(paths, env, reading);
    const kept = migrated ?? (await lastGood.load());
    current = kept ?? (await judgeConfigText(paths, { ...env }, null)).live;
    if (migrated === undefined)
      logIssues(logger, reading.snapshot, kept === undefined ? 'the defaults' : 'the last good configuration');
    else logger.warn(`${paths.configPath} has keys of an older release; running on what they mean today`);
  }

  await importShellEnv(env, current, logger);

  const remember = async ({ snapshot, live }: ConfigReading): Promise<void> => {
    if (!snapshot.exists || snapshot.hash === undefined) return;
    try {
      await lastGood.save(live, snapshot.hash);
    } catch (error) {
      logger.warn('the accepted configuration could not be kept for a later start', { error });
    }
  };

  const accept = (next: ConfigReading): void => {
    const previous = current;
    current = next.live;
    logWarnings(logger, next.snapshot);
    for (const listener of listeners) {
      try {
        listener(current, previous);
      } catch (error) {
        logger.error('a part of the gateway failed to take over the new configuration', { error });
      }
    }
  };

  /** Readings run one after another, so that an older look at the file never replaces a newer one. */
  const reload = (): Promise<ConfigSnapshot> => {
    const run = pending.then(async () => {
      const before = reading;
      reading = await readConfig(paths, env);
      if (closed) return reading.snapshot;
      if (!reading.snapshot.valid) {
        logIssues(logger, reading.snapshot, 'the configuration read before');
      } else if (before.snapshot.exists && !reading.snapshot.exists) {
        // An empty configuration would open the gateway to everybody on the machine.
        logger.warn(`${paths.configPath} was removed; running on the configuration read before`);
      } else if (isNew(before, reading)) {
        accept(reading);
        await remember(reading);
      }
      return reading.snapshot;
    });
    pending = run.catch(() => undefined);
    return run;
  };

  const changed = (): void => {
    reload().catch((error: unknown) => logger.error('the configuration could not be read again', { error }));
  };
  const watcher: FileWatch | undefined =
    deps.watch === true
      ? watchFile({
          path: paths.configPath,
          clock,
          debounceMs: () => reloadDebounceMs(current),
          changed,
          failed: (error) => logger.warn('changes of the configuration file are not noticed', { error }),
        })
      : undefined;
  if (deps.watch === true && reading.snapshot.valid) pending = remember(reading);

  return {
    paths,
    current: () => current,
    snapshot: () => reading.snapshot,
    reload,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      watcher?.close();
      listeners.clear();
      await pending;
    },
  };
}

/** What a file with keys of an older release means today; undefined when that is not all that is wrong with it. */
async function readAsMigrated(paths: StatePaths, env: Env, { snapshot }: ConfigReading): Promise<Config | undefined> {
  if (snapshot.legacyIssues.length === 0 || snapshot.raw === null) return undefined;
  // Somebody else looks after the file and wants to hear of it.
  if (env.OPENCLAW_NIX_MODE === '1') return undefined;
  const [{ planMending }, { editConfigText }] = await Promise.all([
    import('./legacy/mend-config.ts'),
    import('./edit/edit-text.ts'),
  ]);
  const { edits, remaining } = await planMending(snapshot, paths, { dropUnknown: false });
  if (edits.length === 0 || remaining.length > 0) return undefined;
  const migrated = await judgeConfigText(paths, env, await editConfigText(snapshot.raw, edits));
  return migrated.snapshot.valid ? migrated.live : undefined;
}

function isNew(before: ConfigReading, after: ConfigReading): boolean {
  if (!before.snapshot.valid || before.snapshot.hash !== after.snapshot.hash) return true;
  return !equalJson(before.live, after.live);
}

function reloadDebounceMs(config: Config): number {
  const reload = config.gateway?.reload;
  const value = typeof reload === 'object' && reload !== null && 'debounceMs' in reload ? reload.debounceMs : undefined;
  return typeof value === 'number' && value >= 0 ? value : DEFAULT_RELOAD_DEBOUNCE_MS;
}

function logIssues(logger: Logger, snapshot: ConfigSnapshot, runningOn: string): void {
  logger.error(`${snapshot.path} is not valid; running on ${runningOn}`);
  for (const issue of snapshot.issues.slice(0, SHOWN_ISSUES)) logger.error(explainIssue(issue));
  const more = snapshot.issues.length - SHOWN_ISSUES;
  if (more > 0) logger.error(`and ${more} more problems in the configuration`);
}

function logWarnings(logger: Logger, snapshot: ConfigSnapshot): void {
  for (const warning of snapshot.warnings) logger.warn(`${warning.path}: ${warning.message}`);
  const writer = objectAt(snapshot.parsed, 'meta')?.lastTouchedVersion;
  if (typeof writer === 'string' && isNewer(writer, CONFIG_CONTRACT_VERSION)) {
    logger.warn(
      `Config was last written by a newer OpenClaw (${writer}); current version is ${CONFIG_CONTRACT_VERSION}.`,
    );
  }
}

/** Compares releases by their numbers, year first; what has no numbers is not newer. */
function isNewer(version: string, than: string): boolean {
  const numbers = (text: string): readonly number[] => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const [theirs, ours] = [numbers(version), numbers(than)];
  const at = theirs.findIndex((number, index) => number !== ours[index]);
  return at >= 0 && (theirs[at] ?? 0) > (ours[at] ?? 0);
}
