import { join } from 'node:path';
import type { Skill } from '../skill.ts';
import type { SkillLimits } from '../skill-settings.ts';
import { findSkillDirs, SKILL_FILE } from './find-skill-dirs.ts';
import type { SkillReader } from './skill-reader.ts';
import type { SkillRoot } from './skill-roots.ts';

/** A file that is no usable skill, and why. */
export interface SkillProblem {
  readonly path: string;
  readonly problem: string;
}

export interface LoadedSkills {
  /** One a name: that of the strongest source. */
  readonly skills: readonly Skill[];
  readonly problems: readonly SkillProblem[];
}

/** Reads every skill of the given places, weakest first. Never throws for what is in them. */
export async function loadSkills(
  roots: readonly SkillRoot[],
  deps: { readonly reader: SkillReader; readonly limits: SkillLimits },
): Promise<LoadedSkills> {
  const loaded = await Promise.all(roots.map((root) => loadRoot(root, deps)));
  const byName = new Map<string, Skill>();
  for (const { skills } of loaded) for (const skill of skills) byName.set(skill.name, skill);
  return { skills: [...byName.values()], problems: loaded.flatMap(({ problems }) => problems) };
}

async function loadRoot(
  { dir, source }: SkillRoot,
  { reader, limits }: { readonly reader: SkillReader; readonly limits: SkillLimits },
): Promise<LoadedSkills> {
  const found = await findSkillDirs(dir, limits.maxCandidatesPerRoot);
  const problems: SkillProblem[] = [];
  if (found.truncated) problems.push({ path: dir, problem: `only its first ${limits.maxCandidatesPerRoot} folders` });
  const skills: Skill[] = [];
  for (const path of found.dirs.map((folder) => join(folder, SKILL_FILE))) {
    if (skills.length >= limits.maxSkillsLoadedPerSource) {
      problems.push({ path: dir, problem: `only its first ${limits.maxSkillsLoadedPerSource} skills` });
      break;
    }
    const reading = await reader.read(path, source, limits.maxSkillFileBytes);
    if (reading.ok) skills.push(reading.skill);
    else problems.push({ path, problem: reading.problem });
  }
  return { skills, problems };
}
