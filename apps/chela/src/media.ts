import {
  createInboundUnderstanding,
  createLazyTransport,
  createLinkUnderstanding,
  createMediaUnderstanding,
  type Download,
  type MediaUnderstanding,
  type ModelService,
  type UnderstandInbound,
} from '@chela/models';
import type { Clock, Logger } from '@chela/observability';
import { createTargetGuard, guardedFetch } from '@chela/tools';

const DOWNLOAD_TIMEOUT_MS = 60_000;
const REDIRECTS_MAX = 3;

export interface MediaRoom {
  /** For the turn: words for images of a model that cannot see. */
  readonly media: MediaUnderstanding;
  /** For channels: words for voice notes, videos and links, before the turn. */
  readonly understandInbound: UnderstandInbound;
}

/** Words for attachments, over connections of its own that open with the first one. */
export function createMedia(deps: {
  readonly config: { current(): unknown };
  readonly models: ModelService;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}): MediaRoom {
  const media = createMediaUnderstanding({ ...deps, transport: createLazyTransport(), download: createDownload() });
  return { media, understandInbound: createInboundUnderstanding({ media, links: createLinkUnderstanding(deps) }) };
}

/** Loads an attachment of a channel without ever talking to a private address. */
function createDownload(): Download {
  const guard = createTargetGuard();
  return async (url, maxBytes, signal) => {
    const limits = { maxRedirects: REDIRECTS_MAX, timeoutMs: DOWNLOAD_TIMEOUT_MS, maxBytes: maxBytes + 1, signal };
    const { status, body } = await guardedFetch({ url: new URL(url), headers: {}, ...limits }, guard);
    if (status < 200 || status >= 300) throw new Error(`the attachment's server answered ${status}`);
    return body;
  };
}
