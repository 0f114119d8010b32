import { basename } from 'node:path';
import { scopeAllows } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import { findLinks } from './find-links.ts';
import { type LinkModel, readLinkSettings } from './link-settings.ts';
import type { MessagePlace } from './understand.ts';

/** What programs of this machine say about the links of a message (reference agent/models.md §10, `tools.links`). */
export interface LinkUnderstanding {
  /** One text a link that a program could read, in the order of the links. Never rejects. */
  understand(request: LinkRequest): Promise<readonly string[]>;
}

export interface LinkRequest {
  readonly text: string;
  readonly place: MessagePlace;
  readonly signal: AbortSignal;
}

/** What one link may add to a message. */
const WORDS_MAX_CHARS = 20_000;

export function createLinkUnderstanding(deps: {
  readonly config: { current(): unknown };
  readonly clock: Clock;
  readonly logger: Logger;
}): LinkUnderstanding {
  const { config, clock, logger } = deps;

  const read = async (url: string, models: readonly LinkModel[], outer: AbortSignal): Promise<readonly string[]> => {
    const { execute, fillArguments } = await import('./run-program.ts');
    for (const { command, args, timeoutMs } of models) {
      const abort = new AbortController();
      const cancel = clock.after(timeoutMs, () => abort.abort());
      try {
        const signal = AbortSignal.any([outer, abort.signal]);
        const words = (await execute(command, fillArguments(args, { LinkUrl: url }), signal)).trim();
        if (words !== '') return [words.slice(0, WORDS_MAX_CHARS)];
      } catch (error) {
        logger.warn('a link could not be read', { by: basename(command), error });
        if (outer.aborted) return [];
      } finally {
        cancel();
      }
    }
    return [];
  };

  return {
    async understand({ text, place, signal }) {
      const settings = readLinkSettings(config.current());
      if (!settings.enabled || settings.models.length === 0) return [];
      if (!scopeAllows(settings.scope, place, 'allow')) return [];
      const links = findLinks(text, settings.maxLinks);
      return (await Promise.all(links.map((url) => read(url, settings.models, signal)))).flat();
    },
  };
}
