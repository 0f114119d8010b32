import { join } from 'node:path';
import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import { boundedNumber } from '../web/web-settings.ts';
import { type AllowedWishes, allowedWishes } from './allowed-wishes.ts';

/** What `messages.tts` and the environment say about speech (reference nodes/browser-canvas-voice.md §C3). Pure. */

export const SPEECH_PROVIDERS = ['openai', 'elevenlabs', 'edge'] as const;
export type SpeechProviderId = (typeof SPEECH_PROVIDERS)[number];
export const AUTO_MODES = ['off', 'always', 'inbound', 'tagged'] as const;
export type AutoMode = (typeof AUTO_MODES)[number];

export interface SpeechSettings {
  readonly auto: AutoMode;
  /** As configured; undefined lets the first provider with a key speak. */
  readonly provider: SpeechProviderId | undefined;
  readonly prefsPath: string;
  readonly maxTextChars: number;
  readonly timeoutMs: number;
  /** What a model may choose for an answer. */
  readonly allowed: AllowedWishes;
  readonly openai: {
    readonly apiKey: string | undefined;
    readonly baseUrl: string;
    readonly model: string;
    readonly voice: string;
  };
  readonly elevenlabs: {
    readonly apiKey: string | undefined;
    readonly baseUrl: string;
    readonly modelId: string;
    readonly voiceId: string;
    readonly seed: number | undefined;
    readonly textNormalization: string | undefined;
    readonly languageCode: string | undefined;
    readonly voice: {
      readonly stability: number;
      readonly similarityBoost: number;
      readonly style: number;
      readonly useSpeakerBoost: boolean;
      readonly speed: number;
    };
  };
  readonly edge: {
    readonly enabled: boolean;
    readonly voice: string;
    readonly lang: string;
    readonly outputFormat: string;
    readonly rate: string;
    readonly pitch: string;
    readonly volume: string;
    readonly timeoutMs: number;
  };
}

export const OPENAI_MODELS = ['gpt-4o-mini-tts', 'tts-1', 'tts-1-hd'] as const;
export const OPENAI_VOICES = [
  'alloy',
  'ash',
  'ballad',
  'cedar',
  'coral',
  'echo',
  'fable',
  'juniper',
  'marin',
  'onyx',
  'nova',
  'sage',
  'shimmer',
  'verse',
] as const;
export const ELEVENLABS_MODELS = ['eleven_multilingual_v2', 'eleven_turbo_v2_5', 'eleven_monolingual_v1'] as const;

/** OpenAI's own server, whose models and voices are known. */
export const OPENAI_URL = 'https://api.openai.com/v1';
const ELEVENLABS_URL = 'https://api.elevenlabs.io';
const TEXT_CHARS = 4096;
const TIMEOUT_MS = 30_000;
const TIMEOUT_MAX_MS = 120_000;

export function speechSettings(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  stateDir: string,
): SpeechSettings {
  const tts = section(section(config).messages).tts;
  const root = section(tts);
  const openai = section(root.openai);
  const elevenlabs = section(root.elevenlabs);
  const voice = section(elevenlabs.voiceSettings);
  const edge = section(root.edge);
  const timeoutMs = boundedNumber(root.timeoutMs, TIMEOUT_MS, 1_000, TIMEOUT_MAX_MS);
  return {
    auto: AUTO_MODES.find((mode) => mode === root.auto) ?? (root.enabled === true ? 'always' : 'off'),
    provider: SPEECH_PROVIDERS.find((id) => id === root.provider),
    prefsPath: filled(root.prefsPath) ?? filled(env.OPENCLAW_TTS_PREFS) ?? join(stateDir, 'settings', 'tts.json'),
    maxTextChars: boundedNumber(root.maxTextLength, TEXT_CHARS, 1, TEXT_CHARS),
    timeoutMs,
    allowed: allowedWishes(root.modelOverrides),
    openai: {
      apiKey: filled(openai.apiKey) ?? filled(env.OPENAI_API_KEY),
      baseUrl: withoutSlash(filled(env.OPENAI_TTS_BASE_URL) ?? OPENAI_URL),
      model: filled(openai.model) ?? 'gpt-4o-mini-tts',
      voice: filled(openai.voice) ?? 'alloy',
    },
    elevenlabs: {
      apiKey: filled(elevenlabs.apiKey) ?? filled(env.ELEVENLABS_API_KEY) ?? filled(env.XI_API_KEY),
      baseUrl: withoutSlash(filled(elevenlabs.baseUrl) ?? ELEVENLABS_URL),
      modelId: filled(elevenlabs.modelId) ?? 'eleven_multilingual_v2',
      voiceId: filled(elevenlabs.voiceId) ?? 'pMsXgVXv3BLzUgSXRplE',
      seed: typeof elevenlabs.seed === 'number' ? elevenlabs.seed : undefined,
      textNormalization: filled(elevenlabs.applyTextNormalization),
      languageCode: filled(elevenlabs.languageCode),
      voice: {
        stability: fraction(voice.stability, 0.5),
        similarityBoost: fraction(voice.similarityBoost, 0.75),
        style: fraction(voice.style, 0),
        useSpeakerBoost: voice.useSpeakerBoost !== false,
        speed: fraction(voice.speed, 1),
      },
    },
    edge: {
      enabled: edge.enabled !== false,
      voice: filled(edge.voice) ?? 'en-US-MichelleNeural',
      lang: filled(edge.lang) ?? 'en-US',
      outputFormat: filled(edge.outputFormat) ?? 'audio-24khz-48kbitrate-mono-mp3',
      rate: filled(edge.rate) ?? 'default',
      pitch: filled(edge.pitch) ?? 'default',
      volume: filled(edge.volume) ?? 'default',
      timeoutMs: boundedNumber(edge.timeoutMs, timeoutMs, 1_000, TIMEOUT_MAX_MS),
    },
  };
}

/** Whether a provider can be asked at all. */
export function isConfigured(settings: SpeechSettings, id: SpeechProviderId): boolean {
  if (id === 'edge') return settings.edge.enabled;
  return settings[id].apiKey !== undefined;
}

function section(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function filled(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

function fraction(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
