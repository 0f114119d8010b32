import {
  OPENAI_MODELS,
  OPENAI_URL,
  OPENAI_VOICES,
  SPEECH_PROVIDERS,
  type SpeechProviderId,
  type SpeechSettings,
} from './speech-settings.ts';

/**
 * What a model may choose for one answer by `[[tts:key=value …]]` (`messages.tts.modelOverrides`, reference
 * nodes/browser-canvas-voice.md §C3). A wish that is not allowed or makes no sense is passed over. Pure.
 */

/** One `key=value`, the key in lower case. */
export type SpeechWish = readonly [key: string, value: string];

interface Wished {
  readonly settings: SpeechSettings;
  /** Asked first instead of the chosen one. */
  readonly provider: SpeechProviderId | undefined;
}

/** The settings for one answer; a later wish wins over an earlier one. */
export function wished(settings: SpeechSettings, wishes: readonly SpeechWish[]): Wished {
  return wishes.reduce<Wished>((now, [key, value]) => WISHES.get(key)?.(now, value) ?? now, {
    settings,
    provider: undefined,
  });
}

type Apply = (now: Wished, value: string) => Wished | undefined;
type VoiceSettings = SpeechSettings['elevenlabs']['voice'];

const SEED_MAX = 2 ** 32 - 1;
const VOICE_ID = /^[A-Za-z0-9]{10,40}$/;
const NORMALIZATIONS: readonly string[] = ['auto', 'on', 'off'];
const SWITCHED_ON: readonly string[] = ['true', '1', 'yes', 'on'];
const SWITCHED_OFF: readonly string[] = ['false', '0', 'no', 'off'];

const withOpenAi = (now: Wished, change: Partial<SpeechSettings['openai']>): Wished => ({
  ...now,
  settings: { ...now.settings, openai: { ...now.settings.openai, ...change } },
});
const withElevenLabs = (now: Wished, change: Partial<SpeechSettings['elevenlabs']>): Wished => ({
  ...now,
  settings: { ...now.settings, elevenlabs: { ...now.settings.elevenlabs, ...change } },
});

/** A server that only speaks like OpenAI's has voices and models of its own. */
const isOwnServer = ({ settings }: Wished): boolean => settings.openai.baseUrl !== OPENAI_URL;
const isOneOf = (words: readonly string[], value: string): boolean => words.includes(value);

const provider: Apply = (now, value) => {
  const id = SPEECH_PROVIDERS.find((known) => known === value.toLowerCase());
  return id === undefined || !now.settings.allowed.provider ? undefined : { ...now, provider: id };
};

const openAiVoice: Apply = (now, value) =>
  now.settings.allowed.voice && (isOwnServer(now) || isOneOf(OPENAI_VOICES, value))
    ? withOpenAi(now, { voice: value })
    : undefined;

const elevenLabsVoice: Apply = (now, value) =>
  now.settings.allowed.voice && VOICE_ID.test(value) ? withElevenLabs(now, { voiceId: value }) : undefined;

/** A name that OpenAI does not have is ElevenLabs'. */
const model: Apply = (now, value) => {
  if (!now.settings.allowed.modelId) return undefined;
  return isOneOf(OPENAI_MODELS, value) ? withOpenAi(now, { model: value }) : withElevenLabs(now, { modelId: value });
};

const openAiModel: Apply = (now, value) =>
  now.settings.allowed.modelId && (isOwnServer(now) || isOneOf(OPENAI_MODELS, value))
    ? withOpenAi(now, { model: value })
    : undefined;

const elevenLabsModel: Apply = (now, value) =>
  now.settings.allowed.modelId ? withElevenLabs(now, { modelId: value }) : undefined;

const withVoiceSettings = (now: Wished, change: Partial<VoiceSettings>): Wished | undefined =>
  now.settings.allowed.voiceSettings
    ? withElevenLabs(now, { voice: { ...now.settings.elevenlabs.voice, ...change } })
    : undefined;

function amount(name: 'stability' | 'similarityBoost' | 'style' | 'speed', least: number, most: number): Apply {
  return (now, value) => {
    const number = Number(value);
    return number >= least && number <= most ? withVoiceSettings(now, { [name]: number }) : undefined;
  };
}

const speakerBoost: Apply = (now, value) => {
  const word = value.toLowerCase();
  if (isOneOf(SWITCHED_ON, word)) return withVoiceSettings(now, { useSpeakerBoost: true });
  return isOneOf(SWITCHED_OFF, word) ? withVoiceSettings(now, { useSpeakerBoost: false }) : undefined;
};

const normalization: Apply = (now, value) => {
  const word = value.toLowerCase();
  return now.settings.allowed.normalization && isOneOf(NORMALIZATIONS, word)
    ? withElevenLabs(now, { textNormalization: word })
    : undefined;
};

const language: Apply = (now, value) => {
  const code = value.toLowerCase();
  return now.settings.allowed.normalization && /^[a-z]{2}$/.test(code)
    ? withElevenLabs(now, { languageCode: code })
    : undefined;
};

const seed: Apply = (now, value) => {
  const number = Number(value);
  return now.settings.allowed.seed && Number.isInteger(number) && number >= 0 && number <= SEED_MAX
    ? withElevenLabs(now, { seed: number })
    : undefined;
};

const spelled = (names: readonly string[], apply: Apply): readonly (readonly [string, Apply])[] =>
  names.map((name) => [name, apply] as const);

const WISHES: ReadonlyMap<string, Apply> = new Map([
  ...spelled(['provider'], provider),
  ...spelled(['voice', 'openai_voice', 'openaivoice'], openAiVoice),
  ...spelled(['voiceid', 'voice_id', 'elevenlabs_voice', 'elevenlabsvoice'], elevenLabsVoice),
  ...spelled(['model', 'modelid', 'model_id'], model),
  ...spelled(['openai_model', 'openaimodel'], openAiModel),
  ...spelled(['elevenlabs_model', 'elevenlabsmodel'], elevenLabsModel),
  ...spelled(['stability'], amount('stability', 0, 1)),
  ...spelled(['similarity', 'similarityboost', 'similarity_boost'], amount('similarityBoost', 0, 1)),
  ...spelled(['style'], amount('style', 0, 1)),
  ...spelled(['speed'], amount('speed', 0.5, 2)),
  ...spelled(['speakerboost', 'speaker_boost', 'usespeakerboost', 'use_speaker_boost'], speakerBoost),
  ...spelled(['normalize', 'applytextnormalization', 'apply_text_normalization'], normalization),
  ...spelled(['language', 'languagecode', 'language_code'], language),
  ...spelled(['seed'], seed),
]);
