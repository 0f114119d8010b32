import { readFile } from 'node:fs/promises';
import { CliFailure } from '../context.ts';
import { isRecord } from '../json-reader.ts';

/** A JSON object out of a file a person named. */
export async function readJsonFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const source = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CliFailure([`${path} cannot be read: ${error instanceof Error ? error.message : error}`]);
  });
  const value = parse(path, source);
  if (isRecord(value)) return value;
  throw new CliFailure([`${path} holds no JSON object.`]);
}

function parse(path: string, source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new CliFailure([`${path} is no JSON: ${error instanceof Error ? error.message : error}`]);
  }
}
