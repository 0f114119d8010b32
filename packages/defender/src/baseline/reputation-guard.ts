import type { Finding, Guard } from '../finding.ts';
import { isRecord } from '../is-record.ts';
import type { DefenderSettings } from '../settings/settings.ts';
import { fileHash, isMissing } from './file-hash.ts';

type Standing = 'malicious' | 'suspicious' | 'clean' | 'unknown' | 'error';

const URL_POINTS: Readonly<Record<Standing, number>> = {
  malicious: 75,
  suspicious: 45,
  clean: 0,
  unknown: 10,
  error: 12,
};
const FILE_POINTS: Readonly<Record<Standing, number>> = { ...URL_POINTS, unknown: 8 };
const MISSING_FILE_POINTS = 10;
const CACHE_LIMIT = 2_000;
const CACHE_TTL_MS = 60 * 60 * 1000;
const HTTP_NOT_FOUND = 404;

/**
 * Asks what is known of a URL or of a file's hash (reference defender/defender.md §A, reputation). Nothing is asked
 * without a key, and no content ever leaves the machine: only the URL or the SHA-256 does.
 */
export function createReputationGuard(deps: { readonly fetch: typeof fetch; readonly now: () => number }): Guard {
  const cache = new Map<string, { readonly standing: Standing; readonly until: number }>();

  async function ask(path: string, settings: DefenderSettings, signal: AbortSignal): Promise<Standing> {
    const { apiKey, baseUrl, timeoutMs } = settings.reputation;
    const address = `${baseUrl.replace(/\/+$/, '')}/api/v3/${path}`;
    const known = cache.get(address);
    if (known !== undefined && known.until > deps.now()) return known.standing;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const standing = await deps
      .fetch(address, { headers: { 'x-apikey': apiKey ?? '', accept: 'application/json' }, signal: limit })
      .then(readStanding)
      .catch((): Standing => 'error');
    signal.throwIfAborted();
    if (standing !== 'error') remember(address, standing);
    return standing;
  }

  function remember(address: string, standing: Standing): void {
    cache.delete(address);
    cache.set(address, { standing, until: deps.now() + CACHE_TTL_MS });
    const [oldest] = cache.keys();
    if (cache.size > CACHE_LIMIT && oldest !== undefined) cache.delete(oldest);
  }

  async function urlFinding(url: string, settings: DefenderSettings, signal: AbortSignal): Promise<Finding> {
    const id = Buffer.from(url).toString('base64url');
    const standing = await ask(`urls/${id}`, settings, signal);
    return finding('url', standing, URL_POINTS[standing]);
  }

  async function fileFinding(path: string, settings: DefenderSettings, signal: AbortSignal): Promise<Finding> {
    const hash = await fileHash(path, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return isMissing(error) ? 'missing' : 'unreadable';
    });
    if (hash === 'missing') {
      return { tag: 'vt_file_missing', points: MISSING_FILE_POINTS, reason: 'the file of the action does not exist' };
    }
    if (hash === 'unreadable') return finding('file', 'error', FILE_POINTS.error);
    const standing = await ask(`files/${hash}`, settings, signal);
    return finding('file', standing, FILE_POINTS[standing]);
  }

  return async ({ url, filePath }, settings, signal) => {
    if (settings.reputation.apiKey === undefined) return [];
    return Promise.all([
      ...(url === undefined ? [] : [urlFinding(url, settings, signal)]),
      ...(filePath === undefined ? [] : [fileFinding(filePath, settings, signal)]),
    ]);
  };
}

function finding(what: 'url' | 'file', standing: Standing, points: number): Finding {
  const words: Readonly<Record<Standing, string>> = {
    malicious: `the ${what} is known as malicious`,
    suspicious: `the ${what} is known as suspicious`,
    clean: `the ${what} is known as clean`,
    unknown: `nothing is known of the ${what}`,
    error: `the reputation of the ${what} could not be looked up`,
  };
  return { tag: `vt_${what}_${standing}`, points, reason: words[standing] };
}

async function readStanding(response: Response): Promise<Standing> {
  if (response.status === HTTP_NOT_FOUND) {
    await response.body?.cancel();
    return 'unknown';
  }
  if (!response.ok) {
    await response.body?.cancel();
    return 'error';
  }
  const stats = analysisStats(await response.json());
  if (stats === undefined) return 'error';
  if (count(stats, 'malicious') > 0) return 'malicious';
  return count(stats, 'suspicious') > 0 ? 'suspicious' : 'clean';
}

function count(stats: Readonly<Record<string, unknown>>, key: string): number {
  return typeof stats[key] === 'number' ? stats[key] : 0;
}

function analysisStats(body: unknown): Readonly<Record<string, unknown>> | undefined {
  let at = body;
  for (const key of ['data', 'attributes', 'last_analysis_stats']) {
    if (!isRecord(at)) return undefined;
    at = at[key];
  }
  return isRecord(at) ? at : undefined;
}
