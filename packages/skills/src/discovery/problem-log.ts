import type { Logger } from '@chela/observability';
import type { SkillProblem } from './load-skills.ts';

/** Says each problem once for as long as it lasts. */
export function createProblemLog(logger: Logger): (problems: readonly SkillProblem[]) => void {
  let said: ReadonlySet<string> = new Set();
  return (problems) => {
    const lines = problems.map(({ path, problem }) => ({ path, problem, key: `${path}: ${problem}` }));
    for (const { path, problem, key } of lines) {
      if (!said.has(key)) logger.warn('a skill or a part of a skill folder is left out', { path, problem });
    }
    said = new Set(lines.map(({ key }) => key));
  };
}
