import { scopeAllows } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import { callInRotation } from '../auth/rotation-keys.ts';
import type { Environment } from '../catalog/environment-keys.ts';
import type { Transport } from '../drivers/transport.ts';
import type { ModelService } from '../service.ts';
import { type Attachment, chooseAttachments, type Download, loadAttachment } from './attachments.ts';
import { createGate } from './gate.ts';
import { createLocalPrograms } from './local-programs.ts';
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

/** Where a message comes from, for the `scope` of the settings. */
export interface MessagePlace {
  readonly sessionKey: string;
  /** Told by the channel; read from the session key otherwise. */
  readonly channel?: string;
  readonly chatType?: string;
}

export interface MediaRequest {
  readonly agentId: string;
  readonly kind: MediaKind;
  readonly media: readonly Attachment[];
  /** Without it no scope is asked. */
  readonly place?: MessagePlace;
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
  /** Where programs and their models are. */
  readonly env: Environment;
  /** Loads attachments that are addresses; without it they are left out. */
  readonly download?: Download;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createMediaUnderstanding(deps: MediaUnderstandingDeps): MediaUnderstanding {
  const { config, models, clock, logger, download } = deps;
  const programs = createLocalPrograms(deps);
  const gate = createGate();

  const waysFor = async (kind: MediaKind, agentId: string, settings: MediaSettings): Promise<readonly MediaModel[]> => {
    if (settings.models.length > 0) return settings.models;
    const base = { type: 'provider' as const, command: undefined, args: [], capabilities: [], ...settings.defaults };
    const local = await programs.ways(kind, settings.defaults);
    if (kind === 'image') {
      const found = await models.imageModels(agentId);
      return [...found.map(({ ref }) => ({ ...base, provider: ref.provider, model: ref.model })), ...local];
    }
    const ways: MediaModel[] = [...local];
    for (const [provider, known] of Object.entries(MEDIA_PROVIDERS)) {
      const model = known[kind];
      if (model === undefined || (await models.credentials(provider, agentId)).length === 0) continue;
      ways.push({ ...base, provider, model });
    }
    return ways;
  };

  const one = async (
    way: MediaModel,
    attachment: Attachment,
    request: MediaRequest,
    signal: AbortSignal,
  ): Promise<Understood> => {
    const { kind, agentId, runId, sessionId } = request;
    const data = await loadAttachment(attachment, way.maxBytes, { download, signal });
    const media: Media = { data, mimeType: attachment.mimeType, fileName: attachment.fileName };
    if (way.type === 'cli') {
      const { runProgram } = await import('./run-program.ts');
      return { kind, text: await runProgram(way, media, signal), by: way.command ?? 'cli' };
    }
    const { provider, profile } = way;
    if (provider === undefined) throw new Error('a media model needs a provider');
    if (kind === 'image') {
      const image = { type: 'image' as const, data: data.toString('base64'), mimeType: media.mimeType };
      const looked = await lookAtImages(models, {
        agentId,
        prompt: way.prompt,
        images: [image],
        ...(way.model === undefined ? {} : { model: `${provider}/${way.model}` }),
        ...(runId === undefined ? {} : { runId }),
        ...(sessionId === undefined ? {} : { sessionId }),
        ...(profile === undefined ? {} : { profile }),
        signal,
      });
      return { kind, text: looked.text, by: looked.model };
    }
    const model = way.model ?? MEDIA_PROVIDERS[provider]?.[kind];
    if (model === undefined) throw new Error(`${provider} understands no ${kind}`);
    const credentials = await models.credentials(provider, agentId, profile);
    if (credentials.length === 0) throw new Error(`no credential for ${provider}`);
    const { transport } = deps;
    const text = await callInRotation(credentials, (credential) =>
      transcribe({ transport, kind, model: { ...way, provider, model }, media, secret: credential.reveal(), signal }),
    );
    return { kind, text, by: `${provider}/${model}` };
  };

  const firstThatWorks = async (
    ways: readonly MediaModel[],
    attachment: Attachment,
    request: MediaRequest,
  ): Promise<readonly Understood[]> => {
    for (const way of ways) {
      const abort = new AbortController();
      const cancel = clock.after(way.timeoutMs, () => abort.abort());
      try {
        const found = await one(way, attachment, request, AbortSignal.any([request.signal, abort.signal]));
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
      const { kind, agentId, media, place } = request;
      try {
        const settings = readMediaSettings(config.current(), kind);
        if (settings.enabled === false || media.length === 0) return [];
        if (place !== undefined && !scopeAllows(settings.scope, place, 'allow')) return [];
        const ways = await waysFor(kind, agentId, settings);
        if (ways.length === 0) return [];
        const tasks = chooseAttachments(media, settings.attachments).map((attachment) =>
          gate.run(settings.concurrency, () => firstThatWorks(ways, attachment, request)),
        );
        const understood = await Promise.allSettled(tasks);
        return understood.flatMap((task) => (task.status === 'fulfilled' ? task.value : []));
      } catch (error) {
        logger.warn('media could not be understood', { kind, error });
        return [];
      }
    },
  };
}

function cut(text: string, maxChars: number | undefined): string {
  return maxChars === undefined || text.length <= maxChars ? text : `${text.slice(0, maxChars).trimEnd()}…`;
}
