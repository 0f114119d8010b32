import type { ScenarioFile } from './load-scenarios.ts';

/** More scenarios than this are not run against one process, so that they spread over parallel jobs. */
const BATCH_LIMIT = 25;

/** Scenarios that may share one running gateway, biggest batch first. With `fresh` each gets its own. */
export function batchesOf(entries: readonly ScenarioFile[], fresh: boolean): readonly (readonly ScenarioFile[])[] {
  const groups = Map.groupBy(entries, ({ file, scenario: { setup } }) =>
    setup.reuse && !fresh ? JSON.stringify([setup.config, setup.env, setup.files]) : file,
  );
  return [...groups.values()].flatMap(slices).toSorted((a, b) => b.length - a.length);
}

const slices = (group: readonly ScenarioFile[]): readonly (readonly ScenarioFile[])[] =>
  Array.from({ length: Math.ceil(group.length / BATCH_LIMIT) }, (_, index) =>
    group.slice(index * BATCH_LIMIT, (index + 1) * BATCH_LIMIT),
  );
