import { type ModelRef, UnknownModelError } from '@chela/models';
import type { SessionEntry } from '@chela/store';
import type { GatewayServices } from '../method.ts';

/** Context window of a model nobody knows anything about, in tokens. */
const UNKNOWN_CONTEXT_TOKENS = 200_000;

export interface ModelFacts {
  readonly ref: ModelRef;
  readonly reasoning: boolean;
  /** Tokens. */
  readonly contextWindow: number;
}

/** The session's own model, when it has one; a model without a provider belongs to the default's. */
export function overrideOf(entry: SessionEntry | undefined, fallback: ModelRef): ModelRef | undefined {
  if (!entry?.modelOverride) return undefined;
  return { provider: entry.providerOverride || fallback.provider, model: entry.modelOverride };
}

/** The model an agent's sessions use unless they say otherwise. */
export async function defaultModel(services: GatewayServices, agentId: string): Promise<ModelFacts> {
  const ref = await services.models.defaultRef(agentId);
  return factsOf(services, agentId, ref, undefined);
}

/** The model the session's next turn would use. */
export async function modelOfSession(
  services: GatewayServices,
  agentId: string,
  entry: SessionEntry | undefined,
): Promise<ModelFacts> {
  const fallback = await services.models.defaultRef(agentId);
  const override = overrideOf(entry, fallback);
  return factsOf(services, agentId, override ?? fallback, override);
}

/** A model that cannot be resolved is still listed by its name. */
async function factsOf(
  services: GatewayServices,
  agentId: string,
  ref: ModelRef,
  override: ModelRef | undefined,
): Promise<ModelFacts> {
  try {
    const { primary } = await services.models.select({ agentId, ...(override !== undefined && { override }) });
    return { ref, reasoning: primary.reasoning, contextWindow: primary.contextWindow };
  } catch (error) {
    if (!(error instanceof UnknownModelError)) throw error;
    return { ref, reasoning: false, contextWindow: UNKNOWN_CONTEXT_TOKENS };
  }
}
