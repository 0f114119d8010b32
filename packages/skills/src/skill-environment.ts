import type { Skill } from './skill.ts';
import type { SkillSettings } from './skill-settings.ts';

/**
 * The variables that skills bring along: `env` of their entry, and its `apiKey` under the name the skill gives
 * (reference agent/automation.md §6.5). The caller's own environment wins over them.
 */
export function skillEnvironment(skills: readonly Skill[], settings: SkillSettings): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { skillKey, metadata } of skills) {
    const { env, apiKey } = settings.entry(skillKey);
    const key = metadata.primaryEnv !== undefined && apiKey !== undefined ? { [metadata.primaryEnv]: apiKey } : {};
    for (const [name, value] of Object.entries({ ...key, ...env })) {
      if (value !== '') variables[name] ??= value;
    }
  }
  return variables;
}
