import type { Clock, Logger } from '@chela/observability';
import type { Transport } from '../drivers/transport.ts';
import type { ModelService } from '../service.ts';
import { lookAtImages } from './look-at-images.ts';
import { type MediaKind, type MediaModel, type MediaSettings, readMediaSettings } from './settings.ts';
import { MEDIA_PROVIDERS, type Media, transcribe } from './transcribe.ts';

/** Turns what people attach into words for models that cannot see or hear (reference agent/models.md §10). */
export interface MediaUnderstanding {
  /**
   * The words for attachments of one kind, in their order, as many as the settings allow. Attachments nobody could
   * understand are left out: their message goes on without them. Never rejects.
   */
  understand(request: MediaRequest): Promise<readonly Understood[]>;
}

export interface MediaRequest {
  readonly agentId: string;
  readonly kind: MediaKind;
  readonly media: readonly Media[];
  readonly runId?: string;
  readonly sessionId?: string;
  readonly signal: AbortSignal;
}

export interface Understood {
  readonly kind: MediaKind;
  readonly text: string;
  /** `provider/model` or the program that gave the words. */
  readonly by: string;
}

export interface MediaUnderstandingDeps {
  readonly config: { current(): unknown };
  readonly models: ModelService;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createMediaUnderstanding(deps: MediaUnderstandingDeps): MediaUnderstanding {
  const { config, models, clock, logger } = deps;

  const waysFor = async (kind: MediaKind, agentId: string, settings: MediaSettings): Promise<readonly MediaModel[]> => {
    if (settings.models.length > 0) return settings.models;
    const base = { type: 'provider' as const, command: undefined, args: [], capabilities: [], ...settings.defaults };
    if (kind === 'image') {
      const found = await models.imageModels(agentId);
      return found.map(({ ref }) => ({ ...base, provider: ref.provider, model: ref.model }));
    }
    const ways: MediaModel[] = [];
    for (const [provider, known] of Object.entries(MEDIA_PROVIDERS)) {
      const model = known[kind];
      if (model === undefined || (await models.credential(provider, agentId)) === undefined) continue;
      ways.push({ ...base, provider, model });
    }
    return ways;
  };

  const one = async (
    way: MediaModel,
    media: Media,
    request: MediaRequest,
    signal: AbortSignal,
  ): Promise<Understood> => {
    const { kind, agentId, runId, sessionId } = request;
    if (media.data.byteLength > way.maxBytes) throw new Error(`it is larger than ${way.maxBytes} bytes`);
    if (way.type === 'cli') {
      const { runProgram } = await import('./run-program.ts');
      return { kind, text: await runProgram(way, media, signal), by: way.command ?? 'cli' };
    }
    const { provider } = way;
    if (provider === undefined) throw new Error('a media model needs a provider');
    if (kind === 'image') {
      const image = { type: 'image' as const, data: media.data.toString('base64'), mimeType: media.mimeType };
      const looked = await lookAtImages(models, {
        agentId,
        prompt: way.prompt,
        images: [image],
        ...(way.model === undefined ? {} : { model: `${provider}/${way.model}` }),
        ...(runId === undefined ? {} : { runId }),
        ...(sessionId === undefined ? {} : { sessionId }),
        signal,
      });
      return { kind, text: looked.text, by: looked.model };
    }
    const model = way.model ?? MEDIA_PROVIDERS[provider]?.[kind];
    if (model === undefined) throw new Error(`${provider} understands no ${kind}`);
    const credential = await models.credential(provider, agentId);
    if (credential === undefined) throw new Error(`no credential for ${provider}`);
    const text = await transcribe({
      transport: deps.transport,
      kind,
      model: { ...way, provider, model },
      media,
      secret: credential.reveal(),
      signal,
    });
    return { kind, text, by: `${provider}/${model}` };
  };

  const firstThatWorks = async (
    ways: readonly MediaModel[],
    media: Media,
    request: MediaRequest,
  ): Promise<readonly Understood[]> => {
    for (const way of ways) {
      const abort = new AbortController();
      const cancel = clock.after(way.timeoutMs, () => abort.abort());
      try {
        const found = await one(way, media, request, AbortSignal.any([request.signal, abort.signal]));
        return [{ ...found, text: cut(found.text, way.maxChars) }];
      } catch (error) {
        logger.warn('media could not be understood', { kind: request.kind, by: way.provider ?? way.command, error });
        if (request.signal.aborted) return [];
      } finally {
        cancel();
      }
    }
    return [];
  };

  return {
    async understand(request) {
      try {
        const settings = readMediaSettings(config.current(), request.kind);
        if (settings.enabled === false || request.media.length === 0) return [];
        const ways = await waysFor(request.kind, request.agentId, settings);
        const { mode, max, prefer } = settings.attachments;
        const ordered = prefer === 'last' ? request.media.toReversed() : request.media;
        const chosen = ordered.slice(0, mode === 'all' ? max : 1);
        return (await Promise.all(chosen.map((media) => firstThatWorks(ways, media, request)))).flat();
      } catch (error) {
        logger.warn('media could not be understood', { kind: request.kind, error });
        return [];
      }
    },
  };
}

function cut(text: string, maxChars: number | undefined): string {
  return maxChars === undefined || text.length <= maxChars ? text : `${text.slice(0, maxChars).trimEnd()}…`;
}

const TITLE: Readonly<Record<MediaKind, string>> = { image: 'Image', audio: 'Audio', video: 'Video' };

/** The body of a message with the words for its attachments (reference agent/models.md §10). */
export function withUnderstood(text: string, understood: readonly Understood[]): string {
  if (understood.length === 0) return text;
  const counts = new Map<MediaKind, number>();
  const sections = understood.map(({ kind, text: words }) => {
    const index = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, index);
    const total = understood.filter((one) => one.kind === kind).length;
    const heading = total > 1 ? `[${TITLE[kind]} ${index}/${total}]` : `[${TITLE[kind]}]`;
    // With one attachment the person's words stand inside its section, with several before all of them.
    const said = understood.length === 1 && text.trim() !== '' ? ['User text:', text] : [];
    return [heading, ...said, kind === 'audio' ? 'Transcript:' : 'Description:', words].join('\n');
  });
  const before = understood.length > 1 && text.trim() !== '' ? [`User text:\n${text}`] : [];
  return [...before, ...sections].join('\n\n');
}
