import type { Clock, Logger } from '@chela/observability';
import type { ModelSettings } from '../settings.ts';
import type { KnownProviderModel } from './known-providers.ts';

/** Models a provider told of, beside those that are known without asking. */
export interface DiscoveredProvider {
  readonly provider: string;
  readonly models: readonly KnownProviderModel[];
}

/** A provider whose models can be asked for (reference agent/models.md §3.3). */
export interface ModelSource {
  readonly provider: string;
  /** Seconds for which an answer is good, 0: asked each time; undefined when it is not to be asked now. */
  goodForS(settings: ModelSettings): Promise<number | undefined>;
  /** Rejects when the provider does not answer as it should. */
  list(settings: ModelSettings, signal: AbortSignal): Promise<readonly KnownProviderModel[]>;
}

export interface DiscoveredModels {
  /** Asks the providers whose last answer is old, all at once; waits five seconds at most. Never rejects. */
  refresh(settings: ModelSettings): Promise<void>;
  /** What the last answers told, without asking; the same list as long as nothing new was told. */
  known(): readonly DiscoveredProvider[];
}

const TIMEOUT_MS = 5_000;
/** A provider that did not answer is left alone for this long. */
const FAILED_FOR_MS = 60_000;
const MODELS_MAX = 1_000;
const SECOND_MS = 1_000;

export function createDiscoveredModels(deps: {
  readonly sources: readonly ModelSource[];
  readonly clock: Clock;
  readonly logger: Logger;
}): DiscoveredModels {
  const { sources, clock, logger } = deps;
  const goodUntil = new Map<string, number>();
  let found: readonly DiscoveredProvider[] = [];
  let running: Promise<void> | undefined;

  const keep = (provider: string, models: readonly KnownProviderModel[]): void => {
    const others = found.filter((one) => one.provider !== provider);
    found = models.length === 0 ? others : [...others, { provider, models: models.slice(0, MODELS_MAX) }];
  };
  const ask = async ({ provider, goodForS, list }: ModelSource, settings: ModelSettings): Promise<void> => {
    if (clock.now() < (goodUntil.get(provider) ?? 0)) return;
    const abort = new AbortController();
    const cancel = clock.after(TIMEOUT_MS, () => abort.abort());
    try {
      const seconds = await goodForS(settings);
      if (seconds === undefined) {
        if (found.some((one) => one.provider === provider)) keep(provider, []);
        return;
      }
      keep(provider, await list(settings, abort.signal));
      goodUntil.set(provider, clock.now() + seconds * SECOND_MS);
    } catch (error) {
      goodUntil.set(provider, clock.now() + FAILED_FOR_MS);
      logger.warn('a provider did not tell its models', { provider, error });
    } finally {
      cancel();
    }
  };
  return {
    refresh(settings) {
      running ??= Promise.all(sources.map((source) => ask(source, settings))).then(() => {
        running = undefined;
      });
      return running;
    },
    known: () => found,
  };
}
