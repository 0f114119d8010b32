import type { Clock } from '@chela/observability';
import type { ModelApi } from '../driver.ts';
import type { Transport } from '../drivers/transport.ts';
import { filledString, listOf, objectOf, parseJson } from '../json-shape.ts';

/** A model server found on this machine. `models` is never empty. */
export interface LocalServer {
  readonly provider: string;
  readonly api: ModelApi;
  readonly baseUrl: string;
  readonly models: readonly string[];
  readonly contextWindow: number;
}

interface Candidate {
  readonly provider: string;
  readonly api: ModelApi;
  readonly baseUrl: string;
  readonly listUrl: string;
  names(body: unknown): readonly string[];
}

/** Long enough for a loopback answer, short enough that nobody notices. */
const PROBE_TIMEOUT_MS = 400;
/** A server may be started or stopped at any time; what was found is good for this long. */
const FOUND_FOR_MS = 60_000;
const NOTHING_FOR_MS = 10_000;
const MODELS_LIMIT = 200;
const LIST_LIMIT_CHARS = 1024 * 1024;
const LOCAL_CONTEXT_WINDOW = 128_000;

const openAiNames = (body: unknown): readonly string[] =>
  listOf(objectOf(body).data).flatMap((row) => filledString(objectOf(row).id) ?? []);
const ollamaNames = (body: unknown): readonly string[] =>
  listOf(objectOf(body).models).flatMap(
    (row) => filledString(objectOf(row).model) ?? filledString(objectOf(row).name) ?? [],
  );

function openAiServer(provider: string, port: number): Candidate {
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  return { provider, api: 'openai-completions', baseUrl, listUrl: `${baseUrl}/models`, names: openAiNames };
}

/** Where local servers listen by default, most preferred first. */
export const LOCAL_CANDIDATES: readonly Candidate[] = [
  {
    provider: 'ollama',
    api: 'ollama',
    baseUrl: 'http://127.0.0.1:11434',
    listUrl: 'http://127.0.0.1:11434/api/tags',
    names: ollamaNames,
  },
  openAiServer('vllm', 8000),
  openAiServer('lmstudio', 1234),
  openAiServer('llamacpp', 8080),
];

export interface LocalServers {
  /** The servers that answer now; a recent finding is reused. Never rejects. */
  find(): Promise<readonly LocalServer[]>;
  /** What the last search found, without searching. */
  known(): readonly LocalServer[];
}

/** Looks for model servers on loopback when asked, all at once, never twice at the same time. */
export function createLocalServers(deps: {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly candidates?: readonly Candidate[];
}): LocalServers {
  const candidates = deps.candidates ?? LOCAL_CANDIDATES;
  let found: readonly LocalServer[] = [];
  let goodUntil = 0;
  let search: Promise<readonly LocalServer[]> | undefined;

  const look = async (): Promise<readonly LocalServer[]> => {
    const answers = await Promise.all(candidates.map((candidate) => probe(candidate, deps)));
    found = answers.flatMap((server) => server ?? []);
    goodUntil = deps.clock.now() + (found.length > 0 ? FOUND_FOR_MS : NOTHING_FOR_MS);
    search = undefined;
    return found;
  };
  return {
    find() {
      if (deps.clock.now() < goodUntil) return Promise.resolve(found);
      search ??= look();
      return search;
    },
    known: () => found,
  };
}

async function probe(
  candidate: Candidate,
  deps: { readonly transport: Transport; readonly clock: Clock },
): Promise<LocalServer | undefined> {
  const abort = new AbortController();
  const cancelTimer = deps.clock.after(PROBE_TIMEOUT_MS, () => abort.abort());
  try {
    const response = await deps.transport({ url: candidate.listUrl, method: 'GET', headers: {}, signal: abort.signal });
    if (response.status !== 200) return undefined;
    const models = candidate.names(parseJson(await readAll(response.body))).slice(0, MODELS_LIMIT);
    if (models.length === 0) return undefined;
    const { provider, api, baseUrl } = candidate;
    return { provider, api, baseUrl, models, contextWindow: LOCAL_CONTEXT_WINDOW };
  } catch {
    // Nothing listens there, or something that is no model server: the usual case.
    return undefined;
  } finally {
    cancelTimer();
    abort.abort();
  }
}

async function readAll(body: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of body) {
    text += piece;
    if (text.length > LIST_LIMIT_CHARS) return '';
  }
  return text;
}
