import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { checked } from '../checked.ts';
import { CHECKOUT } from '../default-gateway.ts';
import { type ManifestEntry, ManifestEntrySchema } from './requirement.ts';

export const MANIFEST_FILE = join(CHECKOUT, 'parity', 'manifest.json');

/** One entry a line, so that a change shows as the lines it is about. */
export const manifestText = (entries: readonly ManifestEntry[]): string =>
  `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`;

/** The manifest as it is in the checkout. */
export async function loadManifest(): Promise<readonly ManifestEntry[]> {
  const source = await readFile(MANIFEST_FILE, 'utf8');
  return checked(Type.Array(ManifestEntrySchema), JSON.parse(source), 'manifest.json');
}
