import { type CredentialQuery, type FoundCredential, findCredential, isPinnedFor } from './credentials.ts';
import type { AuthVault } from './vault.ts';

export type Opened =
  | { readonly credential: FoundCredential | undefined }
  /** Every credential there is turned out to be of no use; the words are for people. */
  | { readonly failure: string };

/**
 * The credential for a call, its token renewed when it had expired. A profile that cannot be renewed is passed over
 * (reference agent/models.md §4.1); a pinned one is not.
 */
export async function openCredential(vault: AuthVault, agentDir: string, query: CredentialQuery): Promise<Opened> {
  const isPinned = isPinnedFor(query.provider, query);
  const useless = new Set(query.without);
  let failure: string | undefined;
  for (;;) {
    const found = findCredential({ ...query, without: useless });
    if (found === undefined) {
      if (failure !== undefined) return { failure };
      return isPinned ? { failure: noProfileText(query.choice?.id ?? '') } : { credential: undefined };
    }
    try {
      return { credential: await vault.renewed(agentDir, found) };
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      if (isPinned || found.profile === undefined) return { failure };
      useless.add(found.profile.id);
    }
  }
}

/** Reference agent/models.md §4.1. */
function noProfileText(id: string): string {
  return `No credentials found for profile "${id}".`;
}
