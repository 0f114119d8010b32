import type { Skill } from '../skill.ts';

/** The programs that skills ask for or bring, sorted: what `skills.bins` tells nodes. */
export function skillBins(skills: readonly Skill[]): readonly string[] {
  const names = skills.flatMap(({ metadata }) => [
    ...metadata.requires.bins,
    ...metadata.requires.anyBins,
    ...metadata.install.flatMap(({ bins }) => bins),
  ]);
  return [...new Set(names)].sort();
}
