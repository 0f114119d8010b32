import type { Config } from '@chela/config';
import { type Fields, isFields, textField, textsField } from './frontmatter/fields.ts';

/** `skills.entries.<key>` of the configuration. */
export interface SkillEntry {
  readonly enabled?: boolean;
  readonly apiKey?: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Bounds on what is read and shown (reference agent/automation.md §6.2). */
export interface SkillLimits {
  readonly maxCandidatesPerRoot: number;
  readonly maxSkillsLoadedPerSource: number;
  readonly maxSkillsInPrompt: number;
  readonly maxSkillsPromptChars: number;
  readonly maxSkillFileBytes: number;
}

const DEFAULT_LIMITS: SkillLimits = {
  maxCandidatesPerRoot: 300,
  maxSkillsLoadedPerSource: 200,
  maxSkillsInPrompt: 150,
  maxSkillsPromptChars: 30_000,
  maxSkillFileBytes: 256_000,
};

const DEFAULT_WATCH_DEBOUNCE_MS = 250;
const NODE_MANAGERS = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type NodeManager = (typeof NODE_MANAGERS)[number];

/** The `skills` section with its defaults. */
export interface SkillSettings {
  /** Bundled skills that may be used; undefined allows all, an empty list counts as none named. */
  readonly allowBundled: ReadonlySet<string> | undefined;
  readonly extraDirs: readonly string[];
  readonly watch: boolean;
  readonly watchDebounceMs: number;
  readonly preferBrew: boolean;
  readonly nodeManager: NodeManager;
  readonly limits: SkillLimits;
  entry(skillKey: string): SkillEntry;
}

/** Reads the `skills` section; the loader has checked its shape. */
export function skillSettings(config: Config): SkillSettings {
  const skills = fieldsAt(config, 'skills');
  const load = fieldsAt(skills, 'load');
  const install = fieldsAt(skills, 'install');
  const limits = fieldsAt(skills, 'limits');
  const entries = fieldsAt(skills, 'entries');
  const allowed = textsField(skills.allowBundled);
  const names = Object.keys(DEFAULT_LIMITS);
  const given = names.flatMap((name) => (typeof limits[name] === 'number' ? [[name, limits[name]] as const] : []));
  return {
    allowBundled: allowed.length === 0 ? undefined : new Set(allowed),
    extraDirs: textsField(load.extraDirs),
    watch: load.watch !== false,
    watchDebounceMs: typeof load.watchDebounceMs === 'number' ? load.watchDebounceMs : DEFAULT_WATCH_DEBOUNCE_MS,
    preferBrew: install.preferBrew !== false,
    nodeManager: NODE_MANAGERS.find((name) => name === install.nodeManager) ?? 'npm',
    limits: { ...DEFAULT_LIMITS, ...Object.fromEntries(given) },
    entry: (skillKey) => skillEntry(Object.hasOwn(entries, skillKey) ? entries[skillKey] : undefined),
  };
}

function fieldsAt(value: unknown, key: string): Fields {
  const inner = isFields(value) ? value[key] : undefined;
  return isFields(inner) ? inner : {};
}

function skillEntry(value: unknown): SkillEntry {
  const entry = isFields(value) ? value : {};
  const apiKey = textField(entry.apiKey);
  const variables = Object.entries(isFields(entry.env) ? entry.env : {});
  return {
    ...(typeof entry.enabled === 'boolean' && { enabled: entry.enabled }),
    ...(apiKey !== undefined && { apiKey }),
    env: Object.fromEntries(variables.filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
  };
}
