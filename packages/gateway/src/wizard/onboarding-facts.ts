import { randomBytes } from 'node:crypto';
import { agentWorkspaceDir, defaultAgentId, gatewayPort } from '@chela/config';
import type { CatalogEntry } from '@chela/models';
import { knownChannels } from '../known-channels.ts';
import type { GatewayServices } from '../method.ts';
import { onboardingChannel } from './onboarding-channel.ts';
import type { OnboardingFacts, OnboardingProvider } from './onboarding-state.ts';

/** Providers that a key is enough for, the usual ones first (reference cli/doctor.md §4). */
const PROVIDERS: readonly (readonly [id: string, label: string])[] = [
  ['openai', 'OpenAI'],
  ['anthropic', 'Anthropic'],
  ['google', 'Google'],
  ['openrouter', 'OpenRouter'],
  ['xai', 'xAI (Grok)'],
  ['groq', 'Groq'],
  ['mistral', 'Mistral'],
  ['moonshot', 'Moonshot AI (Kimi)'],
  ['minimax', 'MiniMax'],
  ['zai', 'Z.AI'],
];
const TOKEN_BYTES = 24;

/** Reads what the wizard starts from. */
export async function onboardingFacts(
  services: GatewayServices,
  asked: { readonly mode?: 'local' | 'remote'; readonly workspace?: string },
): Promise<OnboardingFacts> {
  const config = services.config.current();
  const snapshot = services.config.snapshot();
  const agentId = defaultAgentId(config);
  const ref = await services.models.defaultRef(agentId).catch(() => undefined);
  const catalog = await services.models.catalog();
  const { gateway } = config;
  const workspace = asked.workspace?.trim() || agentWorkspaceDir(config, services.config.paths, agentId);
  const model = ref && `${ref.provider}/${ref.model}`;
  return {
    existing: snapshot.exists ? existingLines({ workspace, model, gateway }) : undefined,
    mode: asked.mode,
    workspace,
    model,
    port: gatewayPort(config, {}),
    bind: gateway?.bind ?? 'loopback',
    remoteUrl: gateway?.remote?.url,
    token: gateway?.auth?.token ?? randomBytes(TOKEN_BYTES).toString('hex'),
    channels: (await knownChannels(services)).map(onboardingChannel),
    providers: PROVIDERS.map(([id, label]) => providerOf(id, label, catalog)),
  };
}

function existingLines(facts: {
  readonly workspace: string;
  readonly model: string | undefined;
  readonly gateway: { readonly mode?: unknown; readonly port?: unknown; readonly bind?: unknown } | undefined;
}): readonly string[] {
  const { workspace, model, gateway } = facts;
  const values: readonly (readonly [string, unknown])[] = [
    ['workspace', workspace],
    ['model', model],
    ['gateway.mode', gateway?.mode],
    ['gateway.port', gateway?.port],
    ['gateway.bind', gateway?.bind],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${String(value)}`]));
}

function providerOf(id: string, label: string, catalog: readonly CatalogEntry[]): OnboardingProvider {
  const models = catalog.filter(({ provider }) => provider === id).map((entry) => `${id}/${entry.id}`);
  return { id, label, models };
}
