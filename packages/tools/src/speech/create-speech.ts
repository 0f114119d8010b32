import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { SpeechDriver, SpokenAudio } from './speech-driver.ts';
import { readPrefs, type SpeechPrefs, writePrefs } from './speech-prefs.ts';
import {
  type AutoMode,
  ELEVENLABS_MODELS,
  isConfigured,
  OPENAI_MODELS,
  OPENAI_VOICES,
  SPEECH_PROVIDERS,
  type SpeechProviderId,
  type SpeechSettings,
  speechSettings,
} from './speech-settings.ts';
import { type SpeechWish, wished } from './speech-wishes.ts';

/** The answer of `tts.status` (reference protocol/methods.json). */
export interface SpeechStatus {
  readonly enabled: boolean;
  readonly auto: AutoMode;
  readonly provider: SpeechProviderId;
  readonly fallbackProvider: SpeechProviderId | null;
  readonly fallbackProviders: readonly SpeechProviderId[];
  readonly prefsPath: string;
  readonly hasOpenAIKey: boolean;
  readonly hasElevenLabsKey: boolean;
  readonly edgeEnabled: boolean;
}

/** A file with a text spoken; it goes away after a while. */
export interface SpokenFile {
  readonly audioPath: string;
  readonly provider: SpeechProviderId;
  readonly outputFormat: string;
  readonly voiceCompatible: boolean;
}

/** Every provider that could have spoken failed; the message names each with its reason. */
export class SpeechError extends Error {
  override readonly name = 'SpeechError';
}

export interface SpeechInput {
  readonly text: string;
  readonly channel?: string;
  /** How a model wants this one spoken. */
  readonly wishes?: readonly SpeechWish[];
  readonly signal?: AbortSignal;
}

export interface SpeechService {
  status(): Promise<SpeechStatus>;
  providers(): Promise<{ readonly providers: readonly unknown[]; readonly active: SpeechProviderId }>;
  setEnabled(enabled: boolean): Promise<void>;
  setProvider(provider: SpeechProviderId): Promise<void>;
  /** Speaks a text with the chosen provider, else with the next that can. Throws SpeechError. */
  convert(input: SpeechInput): Promise<SpokenFile>;
  /** Whether a model may give words for the ear in place of its answer. */
  takesSpokenText(): boolean;
  /** Removes the files that are still there. */
  close(): Promise<void>;
}

export interface SpeechDeps {
  readonly config: () => Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Loads a provider's driver on first use. */
  readonly driver: (id: SpeechProviderId) => Promise<SpeechDriver>;
}

/** Channels that show a voice note as one. */
const VOICE_NOTE_CHANNELS: ReadonlySet<string> = new Set(['telegram']);
/** How long whoever asked has time to take the file. */
const FILE_KEPT_MS = 5 * 60_000;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

export function createSpeech(deps: SpeechDeps): SpeechService {
  const { clock, logger } = deps;
  const settings = (): SpeechSettings => speechSettings(deps.config(), deps.env, deps.stateDir);
  const folders = new Map<string, () => void>();
  let writes: Promise<unknown> = Promise.resolve();

  const change = (changed: Partial<SpeechPrefs>): Promise<void> => {
    const write = writes.then(() => writePrefs(settings().prefsPath, changed));
    writes = write.catch(() => undefined);
    return write;
  };
  const chosen = async (now: SpeechSettings): Promise<{ auto: AutoMode; provider: SpeechProviderId }> => {
    const prefs = await readPrefs(now.prefsPath);
    const keyed = SPEECH_PROVIDERS.find((id) => id !== 'edge' && isConfigured(now, id));
    return { auto: prefs.auto ?? now.auto, provider: prefs.provider ?? now.provider ?? keyed ?? 'edge' };
  };
  const forget = async (folder: string): Promise<void> => {
    folders.get(folder)?.();
    folders.delete(folder);
    await rm(folder, { recursive: true, force: true });
  };
  const store = async ({ bytes, extension }: SpokenAudio): Promise<string> => {
    const root = join(tmpdir(), 'openclaw');
    await mkdir(root, { recursive: true, mode: PRIVATE_FOLDER });
    const folder = await mkdtemp(join(root, 'tts-'));
    const tidy = (): void => {
      forget(folder).catch((error: unknown) => logger.warn('a spoken text was not removed', { error }));
    };
    folders.set(folder, clock.after(FILE_KEPT_MS, tidy));
    const path = join(folder, `voice-${clock.now()}${extension}`);
    await writeFile(path, bytes, { mode: PRIVATE_FILE });
    return path;
  };
  const speak = async (id: SpeechProviderId, now: SpeechSettings, input: SpeechInput): Promise<SpokenFile> => {
    const limit = AbortSignal.timeout(id === 'edge' ? now.edge.timeoutMs : now.timeoutMs);
    const signal = input.signal === undefined ? limit : AbortSignal.any([input.signal, limit]);
    const asVoiceNote = VOICE_NOTE_CHANNELS.has(input.channel?.trim().toLowerCase() ?? '');
    const driver = await deps.driver(id);
    const audio = await driver({ text: input.text, settings: now, asVoiceNote }, signal);
    const { outputFormat, voiceCompatible } = audio;
    return { audioPath: await store(audio), provider: id, outputFormat, voiceCompatible };
  };

  return {
    async status() {
      const now = settings();
      const { auto, provider } = await chosen(now);
      const fallbackProviders = SPEECH_PROVIDERS.filter((id) => id !== provider && isConfigured(now, id));
      return {
        enabled: auto !== 'off',
        auto,
        provider,
        fallbackProvider: fallbackProviders[0] ?? null,
        fallbackProviders,
        prefsPath: now.prefsPath,
        hasOpenAIKey: isConfigured(now, 'openai'),
        hasElevenLabsKey: isConfigured(now, 'elevenlabs'),
        edgeEnabled: now.edge.enabled,
      };
    },
    async providers() {
      const now = settings();
      const { provider } = await chosen(now);
      const row = (id: SpeechProviderId, name: string, models: readonly string[]) => ({
        id,
        name,
        configured: isConfigured(now, id),
        models,
      });
      return {
        providers: [
          { ...row('openai', 'OpenAI', OPENAI_MODELS), voices: OPENAI_VOICES },
          row('elevenlabs', 'ElevenLabs', ELEVENLABS_MODELS),
          row('edge', 'Edge TTS', []),
        ],
        active: provider,
      };
    },
    setEnabled: (enabled) => change({ auto: enabled ? 'always' : 'off' }),
    setProvider: (provider) => change({ provider }),
    takesSpokenText: () => settings().allowed.text,
    async convert(input) {
      const { settings: now, provider: wish } = wished(settings(), input.wishes ?? []);
      const { text } = input;
      if (text.length > now.maxTextChars) {
        throw new SpeechError(`Text too long (${text.length} chars, max ${now.maxTextChars})`);
      }
      const provider = wish ?? (await chosen(now)).provider;
      const failures: string[] = [];
      for (const id of [provider, ...SPEECH_PROVIDERS.filter((other) => other !== provider)]) {
        try {
          return await speak(id, now, input);
        } catch (error) {
          input.signal?.throwIfAborted();
          failures.push(`${id}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      throw new SpeechError(`TTS conversion failed: ${failures.join('; ')}`);
    },
    async close() {
      await writes;
      await Promise.all([...folders.keys()].map(forget));
    },
  };
}
