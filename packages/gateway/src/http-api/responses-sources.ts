import type { ImagePart } from '@chela/models';
import { createTargetGuard, guardedFetch, type TargetGuard } from '@chela/tools';
import type { PdfReader } from './pdf-text.ts';
import type { ResponsesLimits, SourceLimits } from './responses-limits.ts';
import type { ResponsesPart } from './responses-schema.ts';

/** What the images and files of a request came to. */
export interface Sources {
  readonly images: readonly ImagePart[];
  /** Text blocks for the system prompt, one a file. */
  readonly files: readonly string[];
}

interface Loaded {
  readonly mime: string;
  readonly bytes: Buffer;
}

type SourcePart = Extract<ResponsesPart, { source: unknown }>;

const PDF = 'application/pdf';

/** Reads every image and file of a request; throws when one cannot be had or is not allowed (reference protocol/http.md §3). */
export async function loadSources(
  parts: readonly ResponsesPart[],
  limits: ResponsesLimits,
  { readPdf, signal }: { readonly readPdf: PdfReader; readonly signal: AbortSignal },
): Promise<Sources> {
  const sources = parts.filter(isSource);
  const urls = sources.filter(({ source }) => source.type === 'url').length;
  if (urls > limits.maxUrlParts) throw new Error(`too many URL parts: ${urls}, limit ${limits.maxUrlParts}`);
  const images: ImagePart[] = [];
  const files: string[] = [];
  for (const part of sources) {
    const loaded = await load(part, part.type === 'input_image' ? limits.images : limits.files, signal);
    if (part.type === 'input_image') {
      images.push({ type: 'image', data: loaded.bytes.toString('base64'), mimeType: loaded.mime });
    } else {
      const text =
        loaded.mime === PDF ? await readPdf(loaded.bytes, limits.pdfMaxPages) : loaded.bytes.toString('utf8');
      files.push(fileBlock(fileName(part), text.slice(0, limits.fileMaxChars)));
    }
  }
  return { images, files };
}

const isSource = (part: ResponsesPart): part is SourcePart => part.type === 'input_image' || part.type === 'input_file';

async function load({ source }: SourcePart, limits: SourceLimits, signal: AbortSignal): Promise<Loaded> {
  const loaded =
    source.type === 'url'
      ? await fetchSource(source.url, limits, signal)
      : { mime: plainMime(source.media_type), bytes: decode(source.data, limits.maxBytes) };
  if (!limits.mimes.has(loaded.mime)) throw new Error(`unsupported media type: ${loaded.mime}`);
  if (loaded.bytes.length > limits.maxBytes) throw new Error(`source larger than ${limits.maxBytes} bytes`);
  return loaded;
}

function decode(data: string, maxBytes: number): Buffer {
  // Four characters carry three bytes: what is too long is refused before it is decoded.
  if (data.length > Math.ceil(maxBytes / 3) * 4 + 4) throw new Error(`source larger than ${maxBytes} bytes`);
  return Buffer.from(data, 'base64');
}

async function fetchSource(address: string, limits: SourceLimits, signal: AbortSignal): Promise<Loaded> {
  if (!limits.allowUrl) throw new Error('URL sources are switched off');
  const page = await guardedFetch(
    {
      url: new URL(address),
      headers: {},
      maxRedirects: limits.maxRedirects,
      timeoutMs: limits.timeoutMs,
      maxBytes: limits.maxBytes,
      signal,
    },
    listedOnly(limits.urlAllowlist),
  );
  if (page.status < 200 || page.status > 299) throw new Error(`the source answered ${page.status}`);
  if (page.bodyCut) throw new Error(`source larger than ${limits.maxBytes} bytes`);
  return { mime: plainMime(page.contentType ?? ''), bytes: page.body };
}

/** Every hop must be on the list, and none may lead into this machine or its network. */
function listedOnly(allowlist: readonly string[] | undefined): TargetGuard {
  const guard = createTargetGuard();
  return {
    async resolve(url) {
      if (allowlist && !allowlist.some((entry) => isListed(url.hostname, entry))) {
        throw new Error(`not on the URL allowlist: ${url.hostname}`);
      }
      return guard.resolve(url);
    },
  };
}

function isListed(hostname: string, entry: string): boolean {
  const host = hostname.toLowerCase();
  const rule = entry.trim().toLowerCase();
  return rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule;
}

const plainMime = (type: string): string => type.split(';')[0]?.trim().toLowerCase() ?? '';

function fileName({ source }: Extract<SourcePart, { type: 'input_file' }>): string {
  if (source.type === 'base64') return source.filename?.trim() || 'file';
  return decodeURIComponent(new URL(source.url).pathname.split('/').at(-1) ?? '') || 'file';
}

/** A file may not end its own block or begin another one. */
function fileBlock(name: string, text: string): string {
  const label = name.replace(/["<>\r\n]/g, '_').slice(0, 200);
  return `<file name="${label}">\n${text.replace(/<(\/?file)/gi, '&lt;$1')}\n</file>`;
}
