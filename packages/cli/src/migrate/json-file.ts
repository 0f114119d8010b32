import { readFile } from 'node:fs/promises';
import { isRecord } from '../json-reader.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** What a file that should hold a JSON object holds: the object, nothing, or why it cannot be read. */
export type JsonFile = { readonly value: JsonRecord | undefined } | { readonly problem: string };

export async function readJsonFile(path: string): Promise<JsonFile> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isRecord(value) ? { value } : { problem: 'it holds no JSON object' };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return { value: undefined };
    return {
      problem: error instanceof SyntaxError ? 'it is no JSON' : error instanceof Error ? error.message : String(error),
    };
  }
}
