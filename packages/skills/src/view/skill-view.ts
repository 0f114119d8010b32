import type { Config, Env } from '@chela/config';
import type { LoadedSkills } from '../discovery/load-skills.ts';
import { findBins } from '../gating/find-bins.ts';
import { type GateFacts, gateSkill, type RemoteFacts } from '../gating/gate-skill.ts';
import type { Skill } from '../skill.ts';

/** The skills of a workspace at one moment, judged. */
export interface SkillView {
  readonly skills: readonly Skill[];
  readonly eligible: readonly Skill[];
  readonly facts: GateFacts;
}

/** Judges loaded skills against this machine as it is now. */
export async function judgeSkills(
  { skills }: LoadedSkills,
  place: { readonly config: Config; readonly env: Readonly<Env>; readonly remote: RemoteFacts | undefined },
): Promise<SkillView> {
  const { config, env, remote } = place;
  const bins = await findBins([...wantedBins(skills), 'brew'], env.PATH ?? '');
  const facts: GateFacts = {
    config,
    platform: process.platform,
    hasBin: (name) => bins.has(name),
    hasEnv: (name) => (env[name] ?? '') !== '',
    remote,
  };
  return { skills, eligible: skills.filter((skill) => gateSkill(skill, facts).eligible), facts };
}

/** The programs that skills need. */
export function wantedBins(skills: readonly Skill[]): readonly string[] {
  return skills.flatMap(({ metadata: { requires } }) => [...requires.bins, ...requires.anyBins]);
}

/** Differs when sessions have to be told: another skill, another place, another description. */
export function viewFingerprint({ eligible }: SkillView): string {
  return JSON.stringify(
    eligible.map(({ name, description, filePath, modelInvocable, userInvocable, commandTool }) => [
      name,
      description,
      filePath,
      modelInvocable,
      userInvocable,
      commandTool,
    ]),
  );
}
