import { numberSetting, settingAt, textsSetting } from './settings.ts';

/** What one kind of source may be (reference protocol/http.md §3). */
export interface SourceLimits {
  readonly allowUrl: boolean;
  /** Host names, `*.example.com` for what is below one; undefined: any. */
  readonly urlAllowlist: readonly string[] | undefined;
  readonly mimes: ReadonlySet<string>;
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly timeoutMs: number;
}

export interface ResponsesLimits {
  readonly maxBodyBytes: number;
  readonly maxUrlParts: number;
  readonly files: SourceLimits;
  readonly fileMaxChars: number;
  readonly pdfMaxPages: number;
  readonly images: SourceLimits;
}

const MIB = 1024 * 1024;
const BODY_BYTES = 20 * MIB;
const FILE_BYTES = 5 * MIB;
const IMAGE_BYTES = 10 * MIB;
const FILE_CHARS = 200_000;
const PDF_PAGES = 4;
const URL_PARTS = 8;
const REDIRECTS = 3;
const FETCH_TIMEOUT_MS = 10_000;
const IMAGE_MIMES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;
const FILE_MIMES = [
  'text/plain',
  'text/markdown',
  'text/html',
  'text/csv',
  'application/json',
  'application/pdf',
] as const;

/** The limits in `gateway.http.endpoints.responses`, with the defaults of the contract. */
export function responsesLimits(settings: Readonly<Record<string, unknown>>): ResponsesLimits {
  const files = sourceLimits(settings.files, FILE_MIMES, FILE_BYTES);
  const images = sourceLimits(settings.images, IMAGE_MIMES, IMAGE_BYTES);
  return {
    maxBodyBytes: numberSetting(settings.maxBodyBytes) ?? Math.max(BODY_BYTES, 2 * files.maxBytes, 2 * images.maxBytes),
    maxUrlParts: numberSetting(settings.maxUrlParts) ?? URL_PARTS,
    files,
    fileMaxChars: numberSetting(settingAt(settings.files, 'maxChars')) ?? FILE_CHARS,
    pdfMaxPages: numberSetting(settingAt(settings.files, 'pdf', 'maxPages')) ?? PDF_PAGES,
    images,
  };
}

function sourceLimits(settings: unknown, mimes: readonly string[], maxBytes: number): SourceLimits {
  const at = (key: string): unknown => settingAt(settings, key);
  const allowlist = textsSetting(at('urlAllowlist'));
  return {
    allowUrl: at('allowUrl') !== false,
    urlAllowlist: allowlist?.length ? allowlist : undefined,
    mimes: new Set((textsSetting(at('allowedMimes')) ?? mimes).map((mime) => mime.trim().toLowerCase())),
    maxBytes: numberSetting(at('maxBytes')) ?? maxBytes,
    maxRedirects: numberSetting(at('maxRedirects')) ?? REDIRECTS,
    timeoutMs: numberSetting(at('timeoutMs')) ?? FETCH_TIMEOUT_MS,
  };
}
