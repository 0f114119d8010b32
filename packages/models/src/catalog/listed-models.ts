import { readBody } from '../drivers/read-body.ts';
import type { Transport } from '../drivers/transport.ts';
import { filledString, finiteNumber, isObject, type JsonObject, listOf, objectOf, parseJson } from '../json-shape.ts';
import type { ModelSource } from './discovered-models.ts';
import { type KnownProviderModel, knownProvider } from './known-providers.ts';

const LIST_LIMIT_CHARS = 16 * 1024 * 1024;
const GOOD_FOR_S = 3_600;
const NO_COST = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Providers that list their models under `<base>/models`, and how their rows are read (reference agent/models.md §3.3). */
const READERS: Readonly<Record<string, (row: JsonObject) => Facts>> = { venice: veniceFacts, huggingface: hubFacts };

interface Facts {
  readonly name: string | undefined;
  readonly reasoning: boolean;
  readonly image: boolean;
  readonly contextWindow: number | undefined;
}

/** The sources of models of such providers; one is asked when there is a credential for it. */
export function listingSources(deps: {
  readonly transport: Transport;
  /** The secret of a provider; undefined when there is none. */
  secretOf(provider: string): Promise<string | undefined>;
}): readonly ModelSource[] {
  return Object.entries(READERS).map(([provider, read]) => ({
    provider,
    goodForS: async () => ((await deps.secretOf(provider)) === undefined ? undefined : GOOD_FOR_S),
    async list(_settings, signal) {
      const known = knownProvider(provider);
      const secret = await deps.secretOf(provider);
      if (known === undefined || secret === undefined) return [];
      const url = `${known.baseUrl}/models`;
      const headers = { accept: 'application/json', authorization: `Bearer ${secret}` };
      const response = await deps.transport({ url, method: 'GET', headers, signal });
      const text = await readBody(response, LIST_LIMIT_CHARS);
      if (response.status !== 200) throw new Error(`${provider} answered ${response.status}`);
      return listOf(objectOf(parseJson(text)).data)
        .filter(isObject)
        .flatMap((row): readonly KnownProviderModel[] => {
          const id = filledString(row.id);
          if (id === undefined) return [];
          const { name, reasoning, image, contextWindow = known.contextWindow } = read(row);
          return [
            {
              id,
              name: name ?? id,
              reasoning,
              input: image ? ['text', 'image'] : ['text'],
              contextWindow,
              maxTokens: Math.min(known.maxTokens, contextWindow),
              cost: NO_COST,
            },
          ];
        });
    },
  }));
}

function veniceFacts(row: JsonObject): Facts {
  const spec = objectOf(row.model_spec);
  const capabilities = objectOf(spec.capabilities);
  return {
    name: filledString(spec.name),
    reasoning: capabilities.supportsReasoning === true,
    image: capabilities.supportsVision === true,
    contextWindow: finiteNumber(spec.availableContextTokens),
  };
}

function hubFacts(row: JsonObject): Facts {
  const windows = listOf(row.providers).flatMap((one) => finiteNumber(objectOf(one).context_length) ?? []);
  return {
    name: undefined,
    reasoning: /r1|reasoning|think/i.test(filledString(row.id) ?? ''),
    image: listOf(objectOf(row.architecture).input_modalities).includes('image'),
    contextWindow: windows.length === 0 ? undefined : Math.max(...windows),
  };
}
