import type { BudgetReport } from './budgets/gate.ts';
import type {
  ModelCredential,
  ModelDriver,
  ModelEvent,
  ModelRef,
  ModelRequest,
  ProfileChoice,
  ResolvedModel,
} from './driver.ts';

/** One row of `models.list` (reference protocol/methods.json, ModelChoice). */
export interface CatalogEntry {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly contextWindow?: number;
  readonly reasoning?: boolean;
  readonly input?: readonly ('text' | 'image')[];
}

/** A turn's way to a model: what to call first and what to try when that fails. */
export interface ModelSelection {
  readonly primary: ResolvedModel;
  readonly fallbacks: readonly ResolvedModel[];
  /** Why this model: `config`, `session`, `env: VAR`, `local server`, `demo`. */
  readonly source: string;
}

export interface KnownProfile {
  readonly id: string;
  readonly provider: string;
  readonly type: 'api_key' | 'token' | 'oauth';
}

export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError';
}

/**
 * Everything the rest of the house needs of models. Reads the configuration through the getter it was made with,
 * so a reload takes effect with the next turn.
 */
export interface ModelService {
  /** Rows for `models.list`, sorted by provider and name. */
  catalog(): Promise<readonly CatalogEntry[]>;
  /** Parses a reference or alias; undefined when it cannot be parsed (reference agent/models.md §2). */
  parseRef(raw: string): ModelRef | undefined;
  /** The configured default of an agent, before any session override. */
  defaultRef(agentId: string): Promise<ModelRef>;
  /** Picks the models for a turn. Throws UnknownModelError with upstream's sentence when nothing fits. */
  select(input: {
    readonly agentId: string;
    readonly override?: ModelRef;
    /** A person chose the override for the session. */
    readonly isChosen?: boolean;
    /** The auth profile of the session, if it has one. */
    readonly profile?: ProfileChoice;
  }): Promise<ModelSelection>;
  /** Streams one model call: credential look-up, driver import and event pass-through. Never throws. */
  stream(request: ModelRequest, agentId: string, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** True when a model reference passes the allowlist `agents.defaults.models`. */
  allowed(ref: ModelRef, agentId: string): Promise<boolean>;
  /** Where the credential of a provider would come from, safe to show; undefined when there is none. */
  credential(provider: string, agentId: string): Promise<ModelCredential | undefined>;
  /**
   * The credentials a direct call (media, embeddings) may use, in order: the one `credential` finds and, unless that is a
   * profile's, the other keys of the environment (reference agent/models.md §4.3). Empty when there is none.
   */
  credentials(provider: string, agentId: string, profile?: ProfileChoice): Promise<readonly ModelCredential[]>;
  /** An auth profile an agent may use, without its secret; undefined for an id nobody knows. */
  profile(id: string, agentId: string): Promise<KnownProfile | undefined>;
  /** The models that look at images, first choice first; empty when there is none (reference agent/models.md §7.6). */
  imageModels(agentId: string): Promise<readonly ResolvedModel[]>;
  /** What the configured budgets have spent, those of all agents or those that bind one session; empty when none is configured. */
  budgets(of?: { readonly agentId: string; readonly sessionId: string }): Promise<readonly BudgetReport[]>;
  /** Resolves when what calls taught about auth profiles is written. */
  close(): Promise<void>;
}

/** Loads a driver on first use; the map of lazily imported drivers lives in the composition of the service. */
export type DriverLoader = () => Promise<ModelDriver>;
