import { type Fields, isFields, textField, textsField } from '../frontmatter/fields.ts';
import type { Skill } from '../skill.ts';

/** What a session keeps of the skills it was offered (reference protocol/state-layout.md, SessionEntry). */
export interface SkillsSnapshot {
  readonly prompt: string;
  readonly skills: readonly { readonly name: string; readonly primaryEnv?: string }[];
  readonly skillFilter?: readonly string[];
  readonly resolvedSkills: readonly ResolvedSkill[];
  readonly version: number;
}

interface ResolvedSkill {
  readonly name: string;
  readonly description: string;
  readonly filePath: string;
  readonly baseDir: string;
  readonly source: string;
  readonly disableModelInvocation: boolean;
}

export function skillsSnapshot(input: {
  readonly skills: readonly Skill[];
  readonly prompt: string;
  readonly filter: readonly string[] | undefined;
  readonly version: number;
}): SkillsSnapshot {
  const { skills, prompt, filter, version } = input;
  return {
    prompt,
    skills: skills.map(({ name, metadata: { primaryEnv } }) => ({
      name,
      ...(primaryEnv !== undefined && { primaryEnv }),
    })),
    ...(filter !== undefined && { skillFilter: filter }),
    resolvedSkills: skills
      .filter(({ modelInvocable }) => modelInvocable)
      .map(({ name, description, filePath, baseDir, source }) => ({
        name,
        description,
        filePath,
        baseDir,
        source,
        disableModelInvocation: false,
      })),
    version,
  };
}

/** A snapshot as a session has stored it; undefined for anything that is none. */
export function storedSnapshot(value: unknown): SkillsSnapshot | undefined {
  if (!isFields(value) || typeof value.prompt !== 'string' || typeof value.version !== 'number') return undefined;
  return {
    prompt: value.prompt,
    skills: fieldsOf(value.skills).map((row) => {
      const primaryEnv = textField(row.primaryEnv);
      return { name: textField(row.name) ?? '', ...(primaryEnv !== undefined && { primaryEnv }) };
    }),
    ...(Array.isArray(value.skillFilter) && { skillFilter: textsField(value.skillFilter) }),
    resolvedSkills: fieldsOf(value.resolvedSkills).map(resolvedSkill),
    version: value.version,
  };
}

function fieldsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function resolvedSkill(row: Fields): ResolvedSkill {
  return {
    name: textField(row.name) ?? '',
    description: textField(row.description) ?? '',
    filePath: textField(row.filePath) ?? '',
    baseDir: textField(row.baseDir) ?? '',
    source: textField(row.source) ?? '',
    disableModelInvocation: row.disableModelInvocation === true,
  };
}
