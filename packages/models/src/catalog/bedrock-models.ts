import { readBody } from '../drivers/read-body.ts';
import type { Transport } from '../drivers/transport.ts';
import { filledString, isObject, type JsonObject, listOf, objectOf, parseJson } from '../json-shape.ts';
import type { BedrockDiscovery, ModelSettings } from '../settings.ts';
import type { ModelSource } from './discovered-models.ts';
import { type Environment, environmentKey } from './environment-keys.ts';
import type { KnownProviderModel } from './known-providers.ts';

const PROVIDER = 'amazon-bedrock';
const LIST_LIMIT_CHARS = 16 * 1024 * 1024;
const NO_COST = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/**
 * The models of an AWS account that stream text, asked for when `models.bedrockDiscovery.enabled` says so or the environment
 * holds AWS credentials (reference agent/models.md §3.3).
 */
export function bedrockSource(deps: {
  readonly transport: Transport;
  readonly env: Environment;
  /** The headers of a GET request, signed with the machine's keys; undefined without any. */
  sign(url: string, region: string): Promise<Readonly<Record<string, string>> | undefined>;
}): ModelSource {
  const { transport, env, sign } = deps;
  const hasKeys =
    environmentKey(PROVIDER, env) !== undefined ||
    [env.AWS_ACCESS_KEY_ID, env.AWS_PROFILE].some((value) => filledString(value) !== undefined);
  const wanted = ({ bedrockDiscovery }: ModelSettings): boolean => bedrockDiscovery.enabled ?? hasKeys;
  return {
    provider: PROVIDER,
    goodForS: async (settings) => (wanted(settings) ? settings.bedrockDiscovery.refreshIntervalS : undefined),
    async list({ bedrockDiscovery: rules }, signal) {
      const region = rules.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
      const url = `https://bedrock.${encodeURIComponent(region)}.amazonaws.com/foundation-models`;
      const bearer = environmentKey(PROVIDER, env);
      const headers = bearer === undefined ? await sign(url, region) : { authorization: `Bearer ${bearer.value}` };
      if (headers === undefined) return [];
      const response = await transport({ url, method: 'GET', headers, signal });
      const text = await readBody(response, LIST_LIMIT_CHARS);
      if (response.status !== 200) throw new Error(`Bedrock answered ${response.status}`);
      return listOf(objectOf(parseJson(text)).modelSummaries)
        .filter(isObject)
        .filter((row) => isOffered(row, rules))
        .flatMap((row) => modelOf(row, rules));
    },
  };
}

/** Streams text, is not being retired, and its maker is among those that are wanted. */
function isOffered(row: JsonObject, { providerFilter }: BedrockDiscovery): boolean {
  const id = filledString(row.modelId) ?? '';
  const makers = [filledString(row.providerName) ?? '', id.split('.')[0] ?? ''].map((name) => name.toLowerCase());
  const status = filledString(objectOf(row.modelLifecycle).status) ?? 'ACTIVE';
  return (
    row.responseStreamingSupported === true &&
    listOf(row.outputModalities).includes('TEXT') &&
    status.toUpperCase() === 'ACTIVE' &&
    (providerFilter.length === 0 || providerFilter.some((maker) => makers.includes(maker)))
  );
}

function modelOf(row: JsonObject, rules: BedrockDiscovery): readonly KnownProviderModel[] {
  const id = filledString(row.modelId);
  if (id === undefined) return [];
  const name = filledString(row.modelName) ?? id;
  return [
    {
      id,
      name,
      reasoning: /reasoning|thinking/i.test(`${id} ${name}`),
      input: listOf(row.inputModalities).includes('IMAGE') ? ['text', 'image'] : ['text'],
      contextWindow: rules.contextWindow,
      maxTokens: rules.maxTokens,
      cost: NO_COST,
    },
  ];
}
