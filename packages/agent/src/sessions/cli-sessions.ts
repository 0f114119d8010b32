import type { SessionEntry } from '@chela/store';

/** The sessions that programs keep for a talk (`cliSessionIds`, reference agent/sessions.md §3). Pure. */

/** The id a program gave; older entries know that of `claude-cli` alone. */
export function cliSessionOf(entry: Partial<SessionEntry> | undefined, provider: string): string | undefined {
  const id = idsOf(entry)[provider] ?? (provider === 'claude-cli' ? entry?.claudeCliSessionId : undefined);
  return typeof id === 'string' && id !== '' ? id : undefined;
}

const idsOf = (entry: Partial<SessionEntry> | undefined): Readonly<Record<string, unknown>> => {
  const ids = entry?.cliSessionIds;
  return typeof ids === 'object' && ids !== null ? { ...ids } : {};
};

export function withCliSession(
  entry: SessionEntry,
  session: { readonly provider: string; readonly id: string } | undefined,
): SessionEntry {
  if (session === undefined) return entry;
  const { id, provider } = session;
  return {
    ...entry,
    cliSessionIds: { ...idsOf(entry), [provider]: id },
    ...(provider === 'claude-cli' && { claudeCliSessionId: id }),
  };
}
