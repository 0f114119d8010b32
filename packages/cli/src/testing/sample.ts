import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A recorded run of the original (reference cli/samples): what it printed and how it ended. */
export interface Sample {
  readonly exitCode: number;
  /** Lines, or parsed JSON. */
  readonly stdout: unknown;
  readonly stderr: readonly string[];
}

const FOLDER = join(import.meta.dirname, '../../samples');

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a sample with its placeholders filled, e.g. `{ '<HOME>': '/tmp/x', '18999': '40123' }`. */
export async function readSample(name: string, fill: Readonly<Record<string, string>> = {}): Promise<Sample> {
  const raw = await readFile(join(FOLDER, `${name}.json`), 'utf8');
  const filled = Object.entries(fill).reduce((text, [from, to]) => text.replaceAll(from, to), raw);
  const sample: unknown = JSON.parse(filled);
  if (!isRecord(sample) || typeof sample.exitCode !== 'number') throw new Error(`${name} is no sample`);
  const stderr = Array.isArray(sample.stderr) ? sample.stderr.map(String) : [];
  return { exitCode: sample.exitCode, stdout: sample.stdout, stderr };
}

/** Members whose value the two sides may disagree on freely; everything below them is passed over. */
export type Ignored = readonly string[];

/**
 * Where the keys of `actual` differ from the sample's, as paths: members that are missing or come in another order.
 * Lists are compared by their first elements. More members than the sample has are allowed.
 */
export function keyDifferences(sample: unknown, actual: unknown, ignored: Ignored = [], path = ''): string[] {
  if (ignored.includes(path)) return [];
  if (Array.isArray(sample)) {
    if (!Array.isArray(actual)) return [`${path}: no list`];
    const both = sample.length > 0 && actual.length > 0;
    return both ? keyDifferences(sample[0], actual[0], ignored, `${path}[]`) : [];
  }
  if (!isRecord(sample)) return [];
  if (!isRecord(actual)) return [`${path}: no object`];
  const wanted = Object.keys(sample);
  const found = Object.keys(actual).filter((key) => wanted.includes(key));
  const missing = wanted.filter((key) => !found.includes(key) && !ignored.includes(join(path, key)));
  const present = wanted.filter((key) => found.includes(key));
  const isOrdered = present.join() === found.join();
  return [
    ...missing.map((key) => `${join(path, key)}: missing`),
    ...(isOrdered ? [] : [`${path || '.'}: order ${found.join()} instead of ${present.join()}`]),
    ...present.flatMap((key) => keyDifferences(sample[key], actual[key], ignored, join(path, key))),
  ];
}
