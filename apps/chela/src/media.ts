import {
  createLazyTransport,
  createMediaUnderstanding,
  type MediaUnderstanding,
  type ModelService,
} from '@chela/models';
import type { Clock, Logger } from '@chela/observability';

/** Words for attachments, over connections of its own that open with the first one. */
export function createMedia(deps: {
  readonly config: { current(): unknown };
  readonly models: ModelService;
  readonly clock: Clock;
  readonly logger: Logger;
}): MediaUnderstanding {
  return createMediaUnderstanding({ ...deps, transport: createLazyTransport() });
}
