import { agentConfig, agentIds, agentWorkspaceDir, defaultAgentId, type Env, type StatePaths } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import { readSkillInvocation, type SkillCommand, skillCommands } from './commands/skill-commands.ts';
import { createSkillReader } from './discovery/skill-reader.ts';
import { managedSkillsDir } from './discovery/skill-roots.ts';
import { textsField } from './frontmatter/fields.ts';
import type { DownloadFetch } from './install/download.ts';
import type { InstallJudge } from './install/install-judge.ts';
import type { InstallOutcome } from './install/install-outcome.ts';
import { skillsPrompt } from './prompt/skills-prompt.ts';
import { skillsSnapshot, storedSnapshot } from './prompt/snapshot.ts';
import type { InstallRequest, RemoteSkillFacts, SkillConfigSource, SkillService } from './service.ts';
import type { Skill } from './skill.ts';
import { skillEnvironment } from './skill-environment.ts';
import { skillSettings } from './skill-settings.ts';
import { skillBins } from './status/skill-bins.ts';
import { skillStatus } from './status/skill-status.ts';
import { createWorkspaceSkills, type VersionedView, type WorkspaceSkills } from './view/workspace-skills.ts';

export interface SkillServiceDeps {
  readonly config: SkillConfigSource;
  readonly paths: StatePaths;
  readonly env: Readonly<Env>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Follow the skill folders; off in one-shot commands. */
  readonly watch: boolean;
  /** Default: no nodes. */
  readonly remote?: RemoteSkillFacts;
  /** Names of the gateway's own slash commands, without slash. */
  readonly reservedCommands?: readonly string[];
  /** Asked before anything is installed; absent: everything may be. */
  readonly judge?: InstallJudge;
  /** How downloads of installers are fetched; absent: they are refused. */
  readonly download?: DownloadFetch;
}

/** Makes the skill service. Nothing is read or watched before it is first asked. */
export function createSkillService(deps: SkillServiceDeps): SkillService {
  const { config, paths } = deps;
  const reader = createSkillReader();
  const workspaces = new Map<string, WorkspaceSkills>();
  const settings = () => skillSettings(config.current());
  const closing = new AbortController();
  let installing: Promise<unknown> = Promise.resolve();

  const workspaceOf = (agentId: string): string => agentWorkspaceDir(config.current(), paths, agentId);

  const skillsOf = (workspaceDir: string): WorkspaceSkills => {
    const known = workspaces.get(workspaceDir);
    if (known !== undefined) return known;
    const made = createWorkspaceSkills(workspaceDir, {
      ...deps,
      config: () => config.current(),
      reader,
      remote: deps.remote ?? (() => undefined),
    });
    workspaces.set(workspaceDir, made);
    return made;
  };

  const viewOf = (agentId: string, options?: { readonly fresh: boolean }): Promise<VersionedView> =>
    skillsOf(workspaceOf(agentId)).view(options);

  /** Names of the skills an agent is limited to; undefined for no limit. */
  const filterOf = (agentId: string): readonly string[] | undefined => {
    const names = agentConfig(config.current(), agentId)?.skills;
    return Array.isArray(names) ? textsField(names) : undefined;
  };

  const eligibleFor = async (agentId: string): Promise<{ view: VersionedView; skills: readonly Skill[] }> => {
    const view = await viewOf(agentId);
    return { view, skills: filtered(view.eligible, filterOf(agentId)) };
  };

  const commandsOf = async (agentId: string): Promise<readonly SkillCommand[]> =>
    skillCommands((await eligibleFor(agentId)).skills, deps.reservedCommands);

  const expireAll = (): void => {
    for (const skills of workspaces.values()) skills.expire();
  };

  const runInstall = async (request: InstallRequest): Promise<InstallOutcome> => {
    const { installSkill } = await import('./install/install-skill.ts');
    const { skills } = await viewOf(defaultAgentId(config.current()), { fresh: true });
    const { env, logger, download, judge } = deps;
    const { homeDir, stateDir } = paths;
    const place = {
      env,
      homeDir,
      stateDir,
      logger,
      signal: closing.signal,
      ...(download && { download }),
      ...(judge && { judge }),
    };
    const outcome = await installSkill(request, { ...place, skills, settings: settings() });
    expireAll();
    return outcome;
  };

  const unfollow = config.onChange(() => {
    const used = new Set(agentIds(config.current()).map(workspaceOf));
    for (const [dir, skills] of workspaces) {
      if (used.has(dir)) continue;
      workspaces.delete(dir);
      void skills.close();
    }
    expireAll();
  });

  return {
    async status(agentId) {
      const { skills, facts } = await viewOf(agentId, { fresh: true });
      return {
        workspaceDir: workspaceOf(agentId),
        managedSkillsDir: managedSkillsDir(paths),
        skills: skills.map((skill) => skillStatus(skill, facts)),
      };
    },
    async snapshot(agentId, stored, only) {
      const { watch, limits } = settings();
      const kept = storedSnapshot(stored);
      if (!watch && kept !== undefined && only === undefined) return kept;
      const view = await viewOf(agentId, { fresh: !watch });
      const own = filterOf(agentId);
      const filter = only === undefined ? own : only.filter((name) => own?.includes(name) ?? true);
      const skills = filtered(view.eligible, filter);
      const prompt = skillsPrompt(skills, {
        limits,
        homeDir: paths.homeDir,
        hasNodes: view.facts.remote !== undefined,
      });
      return skillsSnapshot({ skills, prompt, filter, version: view.version });
    },
    async invocation(agentId, text) {
      return text.trimStart().startsWith('/') ? readSkillInvocation(text, await commandsOf(agentId)) : undefined;
    },
    commands: commandsOf,
    folders: async (agentId) => (await eligibleFor(agentId)).skills.map(({ baseDir }) => baseDir),
    environment: async (agentId) => skillEnvironment((await eligibleFor(agentId)).skills, settings()),
    async bins() {
      const views = await Promise.all(agentIds(config.current()).map((agentId) => viewOf(agentId)));
      return skillBins(views.flatMap(({ skills }) => skills));
    },
    install(request) {
      // One at a time: package managers do not like company.
      const outcome = installing.then(() => runInstall(request));
      installing = outcome;
      return outcome;
    },
    async close() {
      unfollow();
      closing.abort(new Error('the gateway is shutting down'));
      await installing;
      await Promise.all([...workspaces.values()].map((skills) => skills.close()));
      workspaces.clear();
    },
  };
}

function filtered(skills: readonly Skill[], filter: readonly string[] | undefined): readonly Skill[] {
  return filter === undefined ? skills : skills.filter(({ name }) => filter.includes(name));
}
