import { access } from 'node:fs/promises';
import { isJsonObject, memberOf } from '../json-value.ts';
import type { GoldenTable } from './table.ts';

/**
 * Answers one case of a table. Placeholders like `<ROOT>` come as they are: a runner that needs real files makes a
 * scratch folder, puts its path in and takes it out again.
 */
export type GoldenRunner = (input: unknown, table: GoldenTable) => unknown;

/** Packages whose `src/golden.ts` may export `goldenRunners`, keyed by table name. */
const PACKAGES_WITH_RUNNERS = ['config', 'skills', 'models', 'memory', 'tools', 'agent', 'automation', 'gateway'];

export interface LoadedRunners {
  readonly runners: ReadonlyMap<string, GoldenRunner>;
  /** Runner files that are there and do not load, each with its reason. */
  readonly problems: readonly string[];
}

/** Loads the runners of every package that has some; a package without any is no problem. */
export async function loadRunners(): Promise<LoadedRunners> {
  const runners = new Map<string, GoldenRunner>();
  const problems: string[] = [];
  for (const name of PACKAGES_WITH_RUNNERS) {
    const file = new URL(`../../../${name}/src/golden.ts`, import.meta.url);
    if (!(await exists(file))) continue;
    try {
      for (const [table, runner] of runnersOf(await import(file.href))) runners.set(table, runner);
    } catch (error) {
      problems.push(`packages/${name}/src/golden.ts: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { runners, problems };
}

function runnersOf(module: unknown): readonly (readonly [string, GoldenRunner])[] {
  const exported = memberOf(module, 'goldenRunners');
  if (!isJsonObject(exported)) throw new Error('it exports no goldenRunners');
  return Object.entries(exported).map(([table, runner]) => {
    if (!isRunner(runner)) throw new Error(`goldenRunners["${table}"] is no function`);
    return [table, runner] as const;
  });
}

const isRunner = (value: unknown): value is GoldenRunner => typeof value === 'function';

const exists = (file: URL): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
