/** `MEDIA:` lines of an answer (reference agent/sessions.md §17.2). Pure. */

/** In capitals: `media:` is a word of people. */
const MEDIA_PREFIX = /^\s*MEDIA:/;
const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
const SOURCE_MAX_CHARS = 4096;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const WINDOWS_DRIVE = /^[a-z]:[\\/]/i;
const FILE_EXTENSION = /\.\w{1,10}$/;

export interface MediaSplit {
  readonly text: string;
  readonly mediaUrls: readonly string[];
  /** Media lines were taken out, so runs of blank lines are collapsed. */
  readonly changed: boolean;
}

/** Takes media lines out of a text. Lines inside code fences and lines that name no media stay as they are. */
export function splitMediaLines(raw: string): MediaSplit {
  const text = raw.trimEnd();
  if (!/MEDIA:/i.test(text)) return { text, mediaUrls: [], changed: false };
  const mediaUrls: string[] = [];
  const kept: string[] = [];
  let fence = '';
  let changed = false;
  for (const line of text.split('\n')) {
    const marker = FENCE.exec(line)?.[1];
    if (marker !== undefined && (fence === '' || marker.startsWith(fence))) fence = fence === '' ? marker : '';
    const found = fence === '' && MEDIA_PREFIX.test(line) ? readMediaLine(line) : undefined;
    if (found === undefined) {
      kept.push(line);
      continue;
    }
    changed = true;
    mediaUrls.push(...found.sources);
    if (found.rest !== '') kept.push(found.rest);
  }
  return { text: changed ? collapse(kept.join('\n')) : text, mediaUrls, changed };
}

function readMediaLine(line: string): { sources: string[]; rest: string } | undefined {
  const payload = line.replace(MEDIA_PREFIX, '').trim();
  const quoted = /^(["'`])(.+)\1$/.exec(payload)?.[2]?.trim();
  if (quoted !== undefined) {
    const source = normalizeSource(quoted);
    return isMedia(source) ? { sources: [source], rest: '' } : wholePayload(payload);
  }
  const parts = payload.split(/\s+/).filter((part) => part !== '');
  const sources = parts.map(normalizeSource).filter((source) => !/\s/.test(source) && isMedia(source));
  const rest = parts.filter((part) => !isMedia(normalizeSource(part)));
  if (sources.length === 0) return wholePayload(payload);
  const oneWithSpaces = sources.length === 1 && rest.length > 0 && isLocalPath(payload);
  if (oneWithSpaces) return { sources: [normalizeSource(payload)], rest: '' };
  return { sources, rest: rest.join(' ') };
}

/** A bare file name counts only when it is the whole payload; an unusable local path is dropped with its line. */
function wholePayload(payload: string): { sources: string[]; rest: string } | undefined {
  const source = normalizeSource(payload);
  const bareName = !SCHEME.test(source) && FILE_EXTENSION.test(source);
  if (isMedia(source) || bareName) return { sources: [source], rest: '' };
  return isLocalPath(payload) ? { sources: [], rest: '' } : undefined;
}

function isMedia(source: string): boolean {
  if (source === '' || source.length > SOURCE_MAX_CHARS) return false;
  return /^https?:\/\//i.test(source) || isLocalPath(source);
}

function isLocalPath(source: string): boolean {
  if (WINDOWS_DRIVE.test(source) || source.startsWith('\\\\')) return true;
  return /^(?:\/|\.{1,2}\/|~)/.test(source) || (!SCHEME.test(source) && /[\\/]/.test(source));
}

function normalizeSource(part: string): string {
  return part
    .replace(/^[`"'[{(]+/, '')
    .replace(/[`"'\\})\],]+$/, '')
    .replace(/^file:\/\//i, '');
}

function collapse(text: string): string {
  return text
    .replace(/[ \t]+\n/g, '\n')
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/\n{2,}/g, '\n')
    .trim();
}
