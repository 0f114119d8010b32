/** How much of a plan is used, as `usage.status` shows it (reference agent/models.md §12, protocol/methods.json usage.status). */

export interface QuotaWindow {
  /** Short, for people: `5h`, `Week`, a model's name. */
  readonly label: string;
  /** 0 to 100. */
  readonly usedPercent: number;
  /** Milliseconds since the epoch. */
  readonly resetAt?: number;
}

export interface ProviderQuota {
  readonly provider: string;
  readonly displayName: string;
  readonly windows: readonly QuotaWindow[];
  readonly plan?: string;
  /** Why there are no windows. */
  readonly error?: string;
}

export interface QuotaReader {
  /** Asks every provider that has a credential for it; nothing is asked without one. Never rejects. */
  read(): Promise<{ readonly updatedAt: number; readonly providers: readonly ProviderQuota[] }>;
}

/** Where a provider's quota is asked for and how its answer is read. */
export interface QuotaWire {
  readonly provider: string;
  readonly displayName: string;
  /** Quotas of subscriptions belong to a login; an API key has none. */
  readonly accepts: 'login' | 'any';
  /** Undefined when the provider has no address to ask: its row says only that it is there. */
  request?(credential: QuotaCredential): {
    readonly url: string;
    readonly method?: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** Throws with a sentence when the answer says that there is nothing to show. */
  read?(answer: unknown): { readonly windows: readonly QuotaWindow[]; readonly plan?: string };
}

export interface QuotaCredential {
  readonly secret: string;
  readonly accountId?: string;
  readonly projectId?: string;
}
