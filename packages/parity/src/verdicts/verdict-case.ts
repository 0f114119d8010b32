import { readFile } from 'node:fs/promises';
import { VERDICTS, type Verdict } from '@chela/defender';
import { jsonFiles } from '../json-files.ts';
import { isJsonObject } from '../json-value.ts';

/** A frame and what the defender has to say about it. */
export interface VerdictCase {
  readonly name: string;
  readonly file: string;
  /** Settings that differ from the defaults. */
  readonly config: unknown;
  readonly frame: unknown;
  readonly expect: {
    /** Any of these will do. */
    readonly actions: readonly Verdict[];
    readonly minRisk: number | undefined;
    readonly tags: readonly string[];
  };
  /** Why, for readers; cases of our corpus have it. */
  readonly why: string | undefined;
}

/** Reads files `{cases: [{name, config?, frame, expect: {action, min_risk?, tags_include?}}]}`. Throws for other shapes. */
export async function loadVerdictCases(inputs: readonly string[]): Promise<readonly VerdictCase[]> {
  const files = await jsonFiles(inputs);
  return (await Promise.all(files.map(loadFile))).flat();
}

async function loadFile(file: string): Promise<readonly VerdictCase[]> {
  const document: unknown = JSON.parse(await readFile(file, 'utf8'));
  const cases = isJsonObject(document) ? document.cases : undefined;
  if (!Array.isArray(cases)) throw new Error(`${file}: no list under "cases"`);
  return cases.map((item: unknown, index) => readCase(item, file, `${file}: cases[${index}]`));
}

function readCase(item: unknown, file: string, place: string): VerdictCase {
  if (!isJsonObject(item) || !isJsonObject(item.expect)) throw new Error(`${place}: needs frame and expect`);
  const { name, config, frame, expect, why } = item;
  const given = Array.isArray(expect.action) ? expect.action : [expect.action];
  const actions = VERDICTS.filter((verdict) => given.includes(verdict));
  if (actions.length === 0 || actions.length !== given.length) {
    throw new Error(`${place}: expect.action must be one or several of ${VERDICTS.join(', ')}`);
  }
  const tags = expect.tags_include ?? [];
  if (!Array.isArray(tags)) throw new Error(`${place}: expect.tags_include must be a list`);
  return {
    name: typeof name === 'string' ? name : place,
    file,
    config,
    frame,
    expect: {
      actions,
      minRisk: typeof expect.min_risk === 'number' ? expect.min_risk : undefined,
      tags: tags.map(String),
    },
    why: typeof why === 'string' ? why : undefined,
  };
}
