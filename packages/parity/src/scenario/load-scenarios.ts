import { readFile } from 'node:fs/promises';
import { checked } from '../checked.ts';
import { jsonFiles } from '../json-files.ts';
import { memberOf } from '../json-value.ts';
import { type Scenario, ScenarioSchema } from './scenario.ts';

export interface ScenarioFile {
  readonly file: string;
  readonly scenario: Scenario;
}

/** Name of a scenario as `--only` and the reports have it. */
export const scenarioName = ({ subsystem, name }: Scenario): string => `${subsystem}/${name}`;

/**
 * The scenarios in files and folders. JSON files without steps are something else and left out; `only` keeps those
 * whose name contains one of the texts. Throws when a scenario is malformed.
 */
export async function loadScenarios(
  inputs: readonly string[],
  only: readonly string[] = [],
): Promise<readonly ScenarioFile[]> {
  const files = await jsonFiles(inputs);
  const loaded = await Promise.all(files.map(loadScenario));
  return loaded
    .filter((entry) => entry !== undefined)
    .filter(({ scenario }) => only.length === 0 || only.some((text) => scenarioName(scenario).includes(text)));
}

async function loadScenario(file: string): Promise<ScenarioFile | undefined> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!Array.isArray(memberOf(value, 'steps'))) return undefined;
  return { file, scenario: checked(ScenarioSchema, value, file) };
}
