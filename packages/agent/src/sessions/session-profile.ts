import type { ProfileChoice } from '@chela/models';
import type { SessionEntry } from '@chela/store';

/** The auth profile a session stays with (reference agent/models.md §5.8 "Session stickiness"). Pure. */

/** A person's choice, or the profile that worked last, until the session is compacted. */
export function profileOf(entry: SessionEntry | undefined): ProfileChoice | undefined {
  const id = entry?.authProfileOverride;
  if (typeof id !== 'string' || id === '') return undefined;
  if (entry?.authProfileOverrideSource === 'user') return { id, isPinned: true };
  const isSame = (entry?.authProfileOverrideCompactionCount ?? 0) === (entry?.compactionCount ?? 0);
  return isSame ? { id, isPinned: false } : undefined;
}

/** The entry with the profile that answered; a person's choice stays. */
export function withAnsweringProfile(entry: SessionEntry, profileId: string | undefined): SessionEntry {
  if (profileId === undefined || profileOf(entry)?.isPinned === true) return entry;
  return {
    ...entry,
    authProfileOverride: profileId,
    authProfileOverrideSource: 'auto',
    authProfileOverrideCompactionCount: entry.compactionCount ?? 0,
  };
}

/** The entry with a profile a person chose, or with none. */
export function withPinnedProfile(entry: SessionEntry, profileId: string | undefined): SessionEntry {
  const {
    authProfileOverride: _id,
    authProfileOverrideSource: _source,
    authProfileOverrideCompactionCount: _count,
    ...rest
  } = entry;
  return profileId === undefined
    ? rest
    : { ...rest, authProfileOverride: profileId, authProfileOverrideSource: 'user' };
}
