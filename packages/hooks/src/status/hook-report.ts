import type { Config, Env, StatePaths } from '@chela/config';
import type { SkillRequirements } from '@chela/skills';
import { findHooks } from '../discovery/find-hooks.ts';
import { defaultWorkspace, hookRoots, managedHooksDir } from '../discovery/hook-roots.ts';
import type { Hook } from '../hook.ts';
import { type HookFacts, hookFacts, isRequirementSet, judgeHook } from './judge-hook.ts';

/** One hook as `hooks info --json` shows it (reference cli/samples/hooks-info-json). */
export interface HookStatus {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly filePath: string;
  readonly baseDir: string;
  readonly handlerPath: string;
  readonly hookKey: string;
  readonly emoji?: string;
  readonly homepage?: string;
  readonly events: readonly string[];
  readonly always: boolean;
  readonly disabled: boolean;
  readonly eligible: boolean;
  readonly managedByPlugin: false;
  readonly requirements: SkillRequirements;
  readonly missing: SkillRequirements;
  readonly configChecks: readonly { readonly path: string; readonly satisfied: boolean }[];
  readonly install: Hook['install'];
}

export interface HookReport {
  readonly workspaceDir: string;
  readonly managedHooksDir: string;
  readonly hooks: readonly HookStatus[];
  /** Why folders that look like hooks are none. */
  readonly problems: readonly string[];
}

/** All hooks of this machine as the default agent sees them, looked at now. */
export async function hookReport(config: Config, paths: StatePaths, env: Readonly<Env>): Promise<HookReport> {
  const { hooks, problems } = await findHooks(hookRoots(config, paths, env));
  const facts = await hookFacts(hooks, config, env);
  return {
    workspaceDir: defaultWorkspace(config, paths),
    managedHooksDir: managedHooksDir(paths),
    hooks: hooks.map((hook) => statusOf(hook, facts)),
    problems,
  };
}

/** Members in the order that scripts print. */
function statusOf(hook: Hook, facts: HookFacts): HookStatus {
  const { name, description, source, filePath, baseDir, handlerPath, hookKey, emoji, homepage, requires } = hook;
  const { disabled, eligible, missing } = judgeHook(hook, facts);
  return {
    name,
    description,
    source,
    filePath,
    baseDir,
    handlerPath,
    hookKey,
    ...(emoji !== undefined && { emoji }),
    ...(homepage !== undefined && { homepage }),
    events: hook.events,
    always: hook.always,
    disabled,
    eligible,
    managedByPlugin: false,
    requirements: requires,
    missing,
    configChecks: requires.config.map((path) => ({ path, satisfied: isRequirementSet(facts.config, path) })),
    install: hook.install,
  };
}
