import { type GateFacts, gateSkill, isConfigSet } from '../gating/gate-skill.ts';
import type { Skill, SkillRequirements, SkillSource } from '../skill.ts';
import { skillSettings } from '../skill-settings.ts';
import { type InstallOption, installOptions } from './install-options.ts';

/** One row of `skills.status` (reference protocol/methods.json). */
export interface SkillStatus {
  readonly name: string;
  readonly description: string;
  readonly source: SkillSource;
  readonly bundled: boolean;
  readonly filePath: string;
  readonly baseDir: string;
  readonly skillKey: string;
  readonly primaryEnv?: string;
  readonly emoji?: string;
  readonly homepage?: string;
  readonly always: boolean;
  readonly disabled: boolean;
  readonly blockedByAllowlist: boolean;
  readonly eligible: boolean;
  readonly requirements: SkillRequirements;
  readonly missing: SkillRequirements;
  readonly configChecks: readonly { readonly path: string; readonly satisfied: boolean }[];
  readonly install: readonly InstallOption[];
}

export interface SkillReport {
  readonly workspaceDir: string;
  readonly managedSkillsDir: string;
  readonly skills: readonly SkillStatus[];
}

/** What is known about a skill on this machine. */
export function skillStatus(skill: Skill, facts: GateFacts): SkillStatus {
  const { metadata } = skill;
  const homepage = skill.homepage ?? metadata.homepage;
  const settings = skillSettings(facts.config);
  const { disabled, blockedByAllowlist, eligible, missing } = gateSkill(skill, facts);
  return {
    name: skill.name,
    description: skill.description,
    source: skill.source,
    bundled: skill.source === 'openclaw-bundled',
    filePath: skill.filePath,
    baseDir: skill.baseDir,
    skillKey: skill.skillKey,
    ...(metadata.primaryEnv !== undefined && { primaryEnv: metadata.primaryEnv }),
    ...(metadata.emoji !== undefined && { emoji: metadata.emoji }),
    ...(homepage !== undefined && { homepage }),
    always: metadata.always,
    disabled,
    blockedByAllowlist,
    eligible,
    requirements: metadata.requires,
    missing,
    configChecks: metadata.requires.config.map((path) => ({ path, satisfied: isConfigSet(facts.config, path) })),
    install: installOptions(skill, { settings, platform: facts.platform, hasBrew: facts.hasBin('brew') }),
  };
}
