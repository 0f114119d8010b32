/** Longest name of a command; chat services take no more. */
const NAME_MAX_CHARS = 32;
const FALLBACK_NAME = 'skill';
/** More skills of one name than anybody has. */
const SUFFIX_MAX = 1_000;

/** The name of a skill as a slash command: `[a-z0-9_]`, at most 32 (golden skill-gating). */
export function commandName(skillName: string): string {
  const name = skillName
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, NAME_MAX_CHARS);
  return name === '' ? FALLBACK_NAME : name;
}

/** The name, with the first free number behind it when it is taken. */
export function uniqueName(base: string, used: ReadonlySet<string>): string {
  if (!used.has(base)) return base;
  for (let number = 2; number < SUFFIX_MAX; number += 1) {
    const suffix = `_${number}`;
    const name = base.slice(0, NAME_MAX_CHARS - suffix.length) + suffix;
    if (!used.has(name)) return name;
  }
  return base;
}
