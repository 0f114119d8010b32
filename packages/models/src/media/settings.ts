import type { ProfileChoice } from '../driver.ts';
import { filledString, finiteNumber, isObject, type JsonObject, listOf, objectOf } from '../json-shape.ts';
import { headersOf } from '../settings.ts';

export const MEDIA_KINDS = ['image', 'audio', 'video'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** One way to understand media: a provider's model or a program of this machine (reference agent/models.md §10). */
export interface MediaModel {
  readonly type: 'provider' | 'cli';
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly capabilities: readonly string[];
  readonly prompt: string;
  /** Undefined: as long as it comes. */
  readonly maxChars: number | undefined;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly language: string | undefined;
  readonly baseUrl: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** `profile` is the only one that may be used, `preferredProfile` the one to try first. */
  readonly profile: ProfileChoice | undefined;
  /** Query members for the provider, e.g. `providerOptions.deepgram.detect_language`. */
  readonly options: JsonObject;
}

export interface MediaSettings {
  /** Undefined: whenever a way is at hand. */
  readonly enabled: boolean | undefined;
  readonly models: readonly MediaModel[];
  /** What a model that is found by itself goes by. */
  readonly defaults: Omit<MediaModel, 'type' | 'provider' | 'model' | 'command' | 'args' | 'capabilities'>;
  /** Where it is done, as written; read by `scopeAllows`. */
  readonly scope: unknown;
  /** How many attachments, of all messages, are worked on at a time. */
  readonly concurrency: number;
  readonly attachments: {
    readonly mode: 'first' | 'all';
    readonly max: number;
    readonly prefer: (typeof PREFERENCES)[number];
  };
}

const PREFERENCES = ['first', 'last', 'path', 'url'] as const;
const CONCURRENCY = 2;
const MIB = 1024 * 1024;
const SECOND_MS = 1000;
const DEFAULTS = {
  image: { prompt: 'Describe the image.', maxChars: 500, maxBytes: 10 * MIB, timeoutSeconds: 60 },
  audio: { prompt: 'Transcribe the audio.', maxChars: undefined, maxBytes: 20 * MIB, timeoutSeconds: 60 },
  video: { prompt: 'Describe the video.', maxChars: 500, maxBytes: 50 * MIB, timeoutSeconds: 120 },
} as const;

/** What providers of the shared list understand when their entry does not say (reference agent/models.md §10). */
const CAPABILITIES: Readonly<Record<string, readonly MediaKind[]>> = {
  openai: ['image'],
  anthropic: ['image'],
  minimax: ['image'],
  google: ['image', 'audio', 'video'],
  groq: ['audio'],
  deepgram: ['audio'],
};

/** Reads `tools.media.<kind>` and the shared `tools.media.models`. */
export function readMediaSettings(config: unknown, kind: MediaKind): MediaSettings {
  const media = objectOf(objectOf(objectOf(config).tools).media);
  const section = objectOf(media[kind]);
  const attachments = objectOf(section.attachments);
  const mode = attachments.mode === 'all' ? 'all' : 'first';
  return {
    enabled: typeof section.enabled === 'boolean' ? section.enabled : undefined,
    models: [
      ...listOf(section.models)
        .filter(isObject)
        .filter((model) => isFor(kind, model, MEDIA_KINDS)),
      ...listOf(media.models)
        .filter(isObject)
        .filter((model) => isFor(kind, model, usualKinds(model))),
    ].map((model) => modelOf(model, section, kind)),
    scope: section.scope,
    concurrency: Math.max(1, finiteNumber(media.concurrency) ?? CONCURRENCY),
    defaults: limitsOf({}, section, kind),
    attachments: {
      mode,
      max: Math.max(1, finiteNumber(attachments.maxAttachments) ?? 1),
      prefer: PREFERENCES.find((known) => known === attachments.prefer) ?? 'first',
    },
  };
}

/** Whether an entry is meant for a kind: by its own `capabilities`, else by what it usually understands. */
function isFor(kind: MediaKind, { capabilities }: JsonObject, usual: readonly MediaKind[]): boolean {
  const written = listOf(capabilities);
  return (written.length > 0 ? written : usual).some((capability) => capability === kind);
}

function usualKinds({ provider }: JsonObject): readonly MediaKind[] {
  const name = filledString(provider)?.toLowerCase();
  return name === undefined ? MEDIA_KINDS : (CAPABILITIES[name] ?? []);
}

function modelOf(model: JsonObject, section: JsonObject, kind: MediaKind): MediaModel {
  const command = filledString(model.command);
  const type = model.type === 'cli' || (model.type === undefined && command !== undefined) ? 'cli' : 'provider';
  return {
    type,
    provider: filledString(model.provider)?.toLowerCase(),
    model: filledString(model.model),
    command,
    args: listOf(model.args).filter((arg) => typeof arg === 'string'),
    capabilities: listOf(model.capabilities).filter((capability) => typeof capability === 'string'),
    ...limitsOf(model, section, kind),
  };
}

function limitsOf(model: JsonObject, section: JsonObject, kind: MediaKind): MediaSettings['defaults'] {
  const standard = DEFAULTS[kind];
  const number = (name: string): number | undefined => finiteNumber(model[name]) ?? finiteNumber(section[name]);
  const text = (name: string): string | undefined => filledString(model[name]) ?? filledString(section[name]);
  const maxChars = number('maxChars') ?? standard.maxChars;
  const prompt = text('prompt') ?? standard.prompt;
  const limited = maxChars !== undefined && kind !== 'audio';
  return {
    prompt: limited ? `${prompt} Respond in at most ${maxChars} characters.` : prompt,
    maxChars,
    maxBytes: number('maxBytes') ?? standard.maxBytes,
    timeoutMs: (number('timeoutSeconds') ?? standard.timeoutSeconds) * SECOND_MS,
    language: text('language'),
    baseUrl: text('baseUrl'),
    headers: { ...headersOf(section.headers), ...headersOf(model.headers) },
    profile: profileOf(text('profile'), text('preferredProfile')),
    options: { ...providerOptions(section), ...providerOptions(model) },
  };
}

function profileOf(only: string | undefined, preferred: string | undefined): ProfileChoice | undefined {
  const id = only ?? preferred;
  return id === undefined ? undefined : { id, isPinned: only !== undefined };
}

/** `providerOptions.<provider>.<name>` of every provider, and the older `deepgram` member under its present names. */
function providerOptions(raw: JsonObject): JsonObject {
  const deepgram = objectOf(raw.deepgram);
  const older = {
    detect_language: deepgram.detectLanguage,
    punctuate: deepgram.punctuate,
    smart_format: deepgram.smartFormat,
  };
  const known = Object.fromEntries(Object.entries(older).filter(([, value]) => value !== undefined));
  return Object.assign({}, known, ...Object.values(objectOf(raw.providerOptions)).map(objectOf));
}
