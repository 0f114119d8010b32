import type { Config, Env, StatePaths } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import { loadSkills } from '../discovery/load-skills.ts';
import { createProblemLog } from '../discovery/problem-log.ts';
import type { SkillReader } from '../discovery/skill-reader.ts';
import { skillRoots } from '../discovery/skill-roots.ts';
import type { RemoteFacts } from '../gating/gate-skill.ts';
import type { RemoteSkillFacts } from '../service.ts';
import { skillSettings } from '../skill-settings.ts';
import { type SkillWatch, watchSkillDirs } from '../watch/watch-skill-dirs.ts';
import { judgeSkills, type SkillView, viewFingerprint, wantedBins } from './skill-view.ts';

export interface VersionedView extends SkillView {
  /** Grows whenever what may be used has changed; milliseconds since the epoch of the look that noticed. */
  readonly version: number;
}

/** The skills of one workspace, kept until something says that they may have changed. */
export interface WorkspaceSkills {
  /** The kept view, or a new look; with `fresh` always a new look. */
  view(options?: { readonly fresh?: boolean }): Promise<VersionedView>;
  /** The next view looks again. */
  expire(): void;
  close(): Promise<void>;
}

export interface WorkspaceSkillsDeps {
  readonly config: () => Config;
  readonly paths: StatePaths;
  readonly env: Readonly<Env>;
  readonly reader: SkillReader;
  readonly remote: RemoteSkillFacts;
  /** Follow the folders; off in one-shot commands. */
  readonly watch: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Watching {
  readonly key: string;
  readonly watch: Promise<SkillWatch | undefined>;
}

export function createWorkspaceSkills(workspaceDir: string, deps: WorkspaceSkillsDeps): WorkspaceSkills {
  const { config, clock, logger } = deps;
  const sayProblems = createProblemLog(logger);
  let kept: { readonly view: VersionedView; readonly fingerprint: string } | undefined;
  let isStale = true;
  let looking: Promise<VersionedView> | undefined;
  let watching: Watching | undefined;
  let closed = false;

  const look = async (): Promise<VersionedView> => {
    isStale = false;
    const current = config();
    const roots = skillRoots({ config: current, paths: deps.paths, env: deps.env, workspaceDir });
    const loaded = await loadSkills(roots, { reader: deps.reader, limits: skillSettings(current).limits });
    sayProblems(loaded.problems);
    const view = await judgeSkills(loaded, {
      config: current,
      env: deps.env,
      remote: deps.remote(wantedBins(loaded.skills)),
    });
    const fingerprint = viewFingerprint(view);
    const version =
      kept?.fingerprint === fingerprint ? kept.view.version : Math.max(clock.now(), (kept?.view.version ?? 0) + 1);
    kept = { view: { ...view, version }, fingerprint };
    follow(roots.filter(({ source }) => source !== 'openclaw-bundled').map(({ dir }) => dir));
    return kept.view;
  };

  /** Nodes come and go without a word to us; asking is cheap. */
  const sameNodes = ({ skills, facts }: VersionedView): boolean =>
    remoteKey(deps.remote(wantedBins(skills))) === remoteKey(facts.remote);

  const follow = (dirs: readonly string[]): void => {
    const settings = skillSettings(config());
    const key = deps.watch && settings.watch && !closed ? JSON.stringify([dirs, settings.watchDebounceMs]) : '';
    if (key === (watching?.key ?? '')) return;
    const before = watching;
    watching = undefined;
    void before?.watch.then((watch) => watch?.close());
    if (key === '') return;
    const expire = (): void => {
      isStale = true;
    };
    const watch = watchSkillDirs({ dirs, debounceMs: settings.watchDebounceMs, clock, logger, changed: expire })
      .then((started) => {
        // What changed before the watch stood was not seen.
        expire();
        return started;
      })
      .catch((error: unknown) => {
        logger.warn('skill folders cannot be watched', { error });
        return undefined;
      });
    watching = { key, watch };
  };

  return {
    async view({ fresh = false } = {}) {
      if (looking !== undefined && !fresh && !isStale) return looking;
      if (kept !== undefined && !fresh && !isStale && sameNodes(kept.view)) return kept.view;
      const before = looking;
      const own = (async () => {
        // One look at a time: a slow one must not overwrite what a later one found.
        await before?.catch(() => undefined);
        return look();
      })();
      looking = own;
      try {
        return await own;
      } finally {
        if (looking === own) looking = undefined;
      }
    },
    expire() {
      isStale = true;
    },
    async close() {
      closed = true;
      const watch = await watching?.watch;
      watching = undefined;
      await watch?.close();
    },
  };
}

function remoteKey(remote: RemoteFacts | undefined): string {
  return remote === undefined ? '' : JSON.stringify([remote.platforms, [...remote.bins].sort()]);
}
