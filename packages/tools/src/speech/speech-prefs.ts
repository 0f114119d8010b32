import { readFile } from 'node:fs/promises';
import { writeJsonAtomically } from '@chela/store';
import { isRecord } from '../call/arguments.ts';
import { AUTO_MODES, type AutoMode, SPEECH_PROVIDERS, type SpeechProviderId } from './speech-settings.ts';

/** What people chose at run time; it stands over the configuration (reference protocol/state-layout.md §3, settings/tts.json). */
export interface SpeechPrefs {
  readonly auto: AutoMode | undefined;
  readonly provider: SpeechProviderId | undefined;
  /** Characters of an answer that are spoken. */
  readonly maxLength: number | undefined;
}

export async function readPrefs(path: string): Promise<SpeechPrefs> {
  const { tts } = await readFields(path);
  const fields = isRecord(tts) ? tts : {};
  const switched = typeof fields.enabled === 'boolean' ? (fields.enabled ? 'always' : 'off') : undefined;
  return {
    auto: AUTO_MODES.find((mode) => mode === fields.auto) ?? switched,
    provider: SPEECH_PROVIDERS.find((id) => id === fields.provider),
    maxLength: isLimit(fields.maxLength) ? fields.maxLength : undefined,
  };
}

export const SPOKEN_LIMIT_MIN = 100;
export const SPOKEN_LIMIT_MAX = 4096;

export function isLimit(value: unknown): value is number {
  return typeof value === 'number' && value >= SPOKEN_LIMIT_MIN && value <= SPOKEN_LIMIT_MAX;
}

/** Changes some members and leaves the others as they are. */
export async function writePrefs(path: string, change: Partial<SpeechPrefs>): Promise<void> {
  const fields = await readFields(path);
  const { enabled: _replacedByAuto, ...tts } = isRecord(fields.tts) ? fields.tts : {};
  await writeJsonAtomically(path, { ...fields, tts: { ...tts, ...change } });
}

/** The file's members; none when it is missing or is no JSON. */
async function readFields(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
