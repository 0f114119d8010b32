/** Where a skill was found. Later kinds win over earlier ones of the same name (reference agent/automation.md §6.1). */
export type SkillSource =
  | 'openclaw-extra'
  | 'openclaw-bundled'
  | 'openclaw-managed'
  | 'agents-skills-personal'
  | 'agents-skills-project'
  | 'openclaw-workspace';

/** What a skill needs, or what of it is missing. */
export interface SkillRequirements {
  /** Programs, all of them. */
  readonly bins: readonly string[];
  /** Programs, one of them. */
  readonly anyBins: readonly string[];
  /** Environment variables. */
  readonly env: readonly string[];
  /** Paths of `openclaw.json` with a value that counts as set. */
  readonly config: readonly string[];
  /** Platforms as Node names them, e.g. `linux`. */
  readonly os: readonly string[];
}

export const INSTALL_KINDS = ['brew', 'node', 'go', 'uv', 'download'] as const;
export type InstallKind = (typeof INSTALL_KINDS)[number];

export const ARCHIVE_KINDS = ['tar.gz', 'tar.bz2', 'zip'] as const;
export type ArchiveKind = (typeof ARCHIVE_KINDS)[number];

/** One way to get what a skill needs. */
export interface InstallSpec {
  readonly id: string;
  readonly kind: InstallKind;
  readonly label?: string;
  /** Programs this brings. */
  readonly bins: readonly string[];
  /** Empty: every platform. */
  readonly os: readonly string[];
  readonly formula?: string;
  readonly package?: string;
  readonly module?: string;
  readonly url?: string;
  readonly archive?: ArchiveKind;
  readonly extract?: boolean;
  readonly stripComponents?: number;
  readonly targetDir?: string;
}

/** `metadata.openclaw` of a SKILL.md. */
export interface SkillMetadata {
  readonly always: boolean;
  readonly emoji?: string;
  readonly homepage?: string;
  readonly skillKey?: string;
  readonly primaryEnv?: string;
  readonly requires: SkillRequirements;
  readonly install: readonly InstallSpec[];
}

/** What a SKILL.md says about itself (reference agent/automation.md §6.3). */
export interface SkillDocument {
  /** Absent: the name of its folder. */
  readonly name?: string;
  readonly description: string;
  readonly homepage?: string;
  readonly userInvocable: boolean;
  readonly modelInvocable: boolean;
  /** Tool that its slash command calls without asking a model. */
  readonly commandTool?: string;
  readonly metadata: SkillMetadata;
}

export interface Skill extends SkillDocument {
  readonly name: string;
  /** Its key in `skills.entries`. */
  readonly skillKey: string;
  readonly source: SkillSource;
  /** Absolute paths. */
  readonly filePath: string;
  readonly baseDir: string;
}
