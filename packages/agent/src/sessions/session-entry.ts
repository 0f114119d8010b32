import type { SessionEntry } from '@chela/store';
import { groupDisplayName } from './group-keys.ts';

/** The facts a session keeps about itself (reference agent/sessions.md §3). Pure. */

export interface Origin {
  readonly sessionId: string;
  /** Path of the mirrored transcript. */
  readonly sessionFile: string;
  /** Where messages came from; undefined for runs without a channel, which leave the address of the session alone. */
  readonly channel: string | undefined;
  /** Set for messages of channels. */
  readonly route?: SessionRoute;
  readonly now: number;
}

/** Where a channel's conversation is reached, and what it is. */
export interface SessionRoute {
  /** With the channel's name, e.g. `telegram:4242`. */
  readonly to: string;
  readonly from: string;
  readonly accountId: string;
  readonly threadId?: string;
  readonly chatType: 'direct' | 'group' | 'channel';
  readonly label?: string;
  readonly group?: {
    readonly id: string;
    readonly subject?: string;
    readonly channel?: string;
    readonly space?: string;
  };
}

/** Members that outlive an automatic reset: what the session is, not how its last talk was set up (§5.3). */
const LASTING = [
  'label',
  'displayName',
  'chatType',
  'channel',
  'groupId',
  'subject',
  'groupChannel',
  'space',
  'origin',
  'deliveryContext',
  'lastChannel',
  'lastTo',
  'lastAccountId',
  'lastThreadId',
  'spawnedBy',
  'spawnDepth',
  'sendPolicy',
  'groupActivation',
] as const;

/** The entry at the start of a turn; changes nothing but the address and the time of a session that goes on. */
export function openedEntry(current: SessionEntry | undefined, origin: Origin): SessionEntry {
  const base: SessionEntry = {
    ...(origin.channel === undefined ? {} : { systemSent: false }),
    ...(origin.channel === undefined || current !== undefined ? {} : { compactionCount: 0 }),
    abortedLastRun: false,
    ...current,
    sessionId: origin.sessionId,
    updatedAt: origin.now,
  };
  return withAddress(base, origin);
}

/** How the next answer is thought and told; a person who starts over by `/new` keeps it (§5.3). */
const MANNERS = ['thinkingLevel', 'verboseLevel', 'reasoningLevel', 'ttsAuto'] as const;

/** The entry after an automatic reset. */
export function renewedEntry(current: SessionEntry | undefined, origin: Origin): SessionEntry {
  const kept = partOf(current, LASTING);
  const counted = origin.channel === undefined ? {} : { compactionCount: 0 };
  return openedEntry({ ...kept, sessionId: origin.sessionId, updatedAt: origin.now, ...counted }, origin);
}

const COUNTED_NOTHING = {
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  totalTokensFresh: true,
  compactionCount: 0,
} as const;
const NOT_BEGUN = { systemSent: false, abortedLastRun: false } as const;

/** The entry after `/new` or `/reset`: the counters begin again (reference traces sessions/new-keeps-settings). */
export function resetEntry(current: SessionEntry | undefined, origin: Origin): SessionEntry {
  const kept = partOf(current, [...LASTING, ...MANNERS]);
  const { sessionId, now: updatedAt } = origin;
  return openedEntry({ ...kept, sessionId, updatedAt, ...COUNTED_NOTHING, ...NOT_BEGUN }, origin);
}

/** The entry of a conversation that could not go on and starts over by itself: whatever was set stays (§14.6). */
export function replacedEntry(current: SessionEntry | undefined, origin: Origin): SessionEntry {
  const { sessionId, now: updatedAt } = origin;
  const unflushed = { memoryFlushAt: undefined, memoryFlushCompactionCount: undefined };
  return openedEntry({ ...current, ...unflushed, sessionId, updatedAt, ...COUNTED_NOTHING, ...NOT_BEGUN }, origin);
}

function partOf(entry: SessionEntry | undefined, names: readonly (keyof SessionEntry)[]): Partial<SessionEntry> {
  return Object.fromEntries(names.flatMap((name) => (entry?.[name] === undefined ? [] : [[name, entry[name]]])));
}

export interface TurnFacts extends Origin {
  readonly aborted: boolean;
  readonly thinkingLevel: string | undefined;
  /** Absent when the turn ended before a model was chosen. */
  readonly model?: { readonly provider: string; readonly id: string; readonly contextTokens: number };
  /** Sums over the turn's calls and the context size after the last; absent when no call succeeded. */
  readonly tokens?: { readonly input: number; readonly output: number; readonly context: number };
  readonly promptReport?: unknown;
  /** The skills the session was offered. */
  readonly skillsSnapshot?: unknown;
}

/** The entry after a turn. */
export function endedEntry(current: SessionEntry | undefined, facts: TurnFacts): SessionEntry {
  const base = openedEntry(current, facts);
  return {
    ...base,
    abortedLastRun: facts.aborted,
    ...(facts.thinkingLevel === undefined ? {} : { thinkingLevel: facts.thinkingLevel }),
    ...(facts.model === undefined
      ? {}
      : { modelProvider: facts.model.provider, model: facts.model.id, contextTokens: facts.model.contextTokens }),
    ...(facts.tokens === undefined
      ? {}
      : {
          inputTokens: facts.tokens.input,
          outputTokens: facts.tokens.output,
          totalTokens: facts.tokens.context,
          totalTokensFresh: true,
        }),
    ...(facts.promptReport === undefined
      ? {}
      : {
          // Only conversations keep track of it (reference agent/sessions.md §3).
          ...(facts.channel === undefined ? {} : { systemSent: true }),
          skillsSnapshot: facts.skillsSnapshot ?? { prompt: '', skills: [] },
          systemPromptReport: facts.promptReport,
        }),
  };
}

function withAddress(entry: SessionEntry, origin: Origin): SessionEntry {
  const { channel, route } = origin;
  if (channel === undefined) return entry;
  if (route !== undefined) return routedEntry({ ...entry, sessionFile: origin.sessionFile }, channel, route);
  // The web chat is where somebody looks, not where they can be reached: a route to a channel outlives it.
  if (typeof entry.lastTo === 'string' && entry.lastTo !== '') return { ...entry, sessionFile: origin.sessionFile };
  return {
    ...entry,
    sessionFile: origin.sessionFile,
    chatType: entry.chatType ?? 'direct',
    lastChannel: channel,
    deliveryContext: { channel },
    origin: entry.origin ?? { provider: channel, surface: channel, chatType: entry.chatType ?? 'direct' },
  };
}

/** The entry with the way to a channel's conversation; groups also say what they are (reference agent/sessions.md §3). */
export function routedEntry(entry: SessionEntry, channel: string, route: SessionRoute): SessionEntry {
  const { to, from, accountId, threadId, chatType, label, group } = route;
  const address = { channel, to, accountId, ...(threadId === undefined ? {} : { threadId }) };
  const { lastThreadId: _before, ...rest } = entry;
  return {
    ...rest,
    chatType,
    ...(group === undefined ? {} : groupFacts(entry, channel, group)),
    origin: {
      ...(label === undefined ? {} : { label }),
      provider: channel,
      surface: channel,
      chatType,
      from,
      to,
      accountId,
      ...(threadId === undefined ? {} : { threadId }),
    },
    deliveryContext: address,
    lastChannel: channel,
    lastTo: to,
    lastAccountId: accountId,
    ...(threadId === undefined ? {} : { lastThreadId: threadId }),
  };
}

function groupFacts(entry: SessionEntry, channel: string, group: NonNullable<SessionRoute['group']>) {
  const { id, subject, space } = group;
  const groupChannel = group.channel;
  const facts = {
    ...(subject === undefined ? {} : { subject }),
    ...(groupChannel === undefined ? {} : { groupChannel }),
    ...(space === undefined ? {} : { space }),
  };
  const named = groupDisplayName({ provider: channel, id, key: `${channel}:group:${id}`, ...facts });
  return {
    channel,
    groupId: id,
    ...facts,
    displayName: entry.label === undefined ? named : (entry.displayName ?? named),
  };
}
