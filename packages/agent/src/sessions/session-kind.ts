import { parseSessionKey } from './session-keys.ts';

/** What a session key says about its session (reference agent/sessions.md §1.6). */
export interface SessionKeyClass {
  readonly subagent: boolean;
  /** How many `:subagent:` segments the key has. */
  readonly subagentDepth: number;
  readonly cron: boolean;
  readonly cronRun: boolean;
  readonly acp: boolean;
  readonly thread: boolean;
  /** As in `sessions.list`; a stored chat type of group or channel wins over the key. */
  readonly kind: 'direct' | 'group' | 'global' | 'unknown';
}

const THREAD_MARKERS = [':thread:', ':topic:'] as const;
const CRON_RUN = /^cron:[^:]+:run:[^:]+$/;

/** Classifies a key by its text alone; `chatType` is the one stored with the session, when known. */
export function classifySessionKey(key: string | null | undefined, chatType?: string): SessionKeyClass {
  const lower = (key ?? '').trim().toLowerCase();
  const rest = parseSessionKey(lower)?.rest;
  const startsWith = (prefix: string): boolean => lower.startsWith(prefix) || rest?.startsWith(prefix) === true;
  return {
    subagent: startsWith('subagent:'),
    subagentDepth: lower.split(':subagent:').length - 1,
    cron: rest?.startsWith('cron:') === true,
    cronRun: rest !== undefined && CRON_RUN.test(rest),
    acp: startsWith('acp:'),
    thread: THREAD_MARKERS.some((marker) => lower.includes(marker)),
    kind: kindOf(lower, chatType),
  };
}

/** The session a thread hangs on: the key before its last thread or topic marker; undefined when it is no thread. */
export function threadParentKey(key: string | null | undefined): string | undefined {
  const raw = (key ?? '').trim();
  const lower = raw.toLowerCase();
  const at = Math.max(...THREAD_MARKERS.map((marker) => lower.lastIndexOf(marker)));
  if (at <= 0) return undefined;
  const parent = raw.slice(0, at).trim();
  return parent === '' ? undefined : parent;
}

function kindOf(lower: string, chatType: string | undefined): SessionKeyClass['kind'] {
  if (lower === 'global' || lower === 'unknown') return lower;
  if (chatType === 'group' || chatType === 'channel') return 'group';
  return lower.includes(':group:') || lower.includes(':channel:') ? 'group' : 'direct';
}
