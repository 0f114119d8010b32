import type { LookupFunction } from 'node:net';
import type { PinnedAddress, TargetGuard } from './target-guard.ts';

export interface PageRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly maxRedirects: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** An answer whose body has not been read yet. */
export interface OpenPage {
  readonly finalUrl: string;
  readonly status: number;
  readonly statusText: string;
  readonly contentType: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection, whatever of the body is left. */
  close(): Promise<void>;
}

export interface Page {
  readonly finalUrl: string;
  readonly status: number;
  readonly statusText: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
  readonly bodyCut: boolean;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function pinnedLookup(addresses: readonly PinnedAddress[]): LookupFunction {
  return (_host, options, done) => {
    const fitting = addresses.filter(({ family }) => !options.family || options.family === family);
    const [first] = fitting.length > 0 ? fitting : addresses;
    if (options.all) done(null, [...(fitting.length > 0 ? fitting : addresses)]);
    else done(null, first?.address ?? '', first?.family);
  };
}

async function readBody(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly body: Buffer; readonly cut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > maxBytes) return { body: Buffer.concat(chunks).subarray(0, maxBytes), cut: true };
  }
  return { body: Buffer.concat(chunks), cut: false };
}

function isWebUrl(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

/** Gets a page, or as much of it as `maxBytes` allows; the rest is left on the wire. */
export async function guardedFetch(
  request: PageRequest & { readonly maxBytes: number },
  guard: TargetGuard,
): Promise<Page> {
  const page = await openGuarded(request, guard);
  try {
    const { finalUrl, status, statusText, contentType } = page;
    const { body, cut } = await readBody(page.body, request.maxBytes);
    return { finalUrl, status, statusText, contentType, body, bodyCut: cut };
  } finally {
    await page.close();
  }
}

/**
 * Opens a page without ever talking to an address that the guard did not check: names are resolved once, the
 * connection is pinned to the answer, and every redirect goes through the guard again (reference agent/tools.md ).
 */
export async function openGuarded(request: PageRequest, guard: TargetGuard): Promise<OpenPage> {
  const { Agent, fetch } = await import('undici');
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(request.timeoutMs)]);
  const visited = new Set<string>();
  let url = request.url;
  for (let hop = 0; ; hop += 1) {
    if (!isWebUrl(url)) throw new Error('Invalid URL: must be http or https');
    if (visited.has(url.href)) throw new Error('Redirect loop detected');
    visited.add(url.href);
    const addresses = await guard.resolve(url);
    const agent = new Agent({ connect: { lookup: pinnedLookup(addresses) } });
    let page: OpenPage | undefined;
    try {
      const { headers, status, statusText, body } = await fetch(url, {
        headers: { ...request.headers },
        redirect: 'manual',
        dispatcher: agent,
        signal,
      });
      const location = headers.get('location');
      if (REDIRECTS.has(status)) {
        await body?.cancel();
        if (location === null) throw new Error(`Redirect missing location header (${status})`);
        if (hop >= request.maxRedirects) throw new Error(`Too many redirects (limit: ${request.maxRedirects})`);
        url = new URL(location, url);
        continue;
      }
      page = {
        finalUrl: url.href,
        status,
        statusText,
        contentType: headers.get('content-type') ?? undefined,
        body: body ?? noBody(),
        close: () => agent.destroy(),
      };
      return page;
    } finally {
      if (page === undefined) await agent.destroy();
    }
  }
}

async function* noBody(): AsyncGenerator<Uint8Array> {}
