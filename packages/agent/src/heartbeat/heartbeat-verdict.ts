import type { SessionEntry } from '@chela/store';
import { stripHeartbeatToken } from '../reply/heartbeat-token.ts';
import type { HeartbeatVerdict, ReplyPayload, RunOutcome } from '../runtime.ts';

/** What came of a heartbeat (reference agent/sessions.md §13). Pure. */

type Answered = Extract<RunOutcome, { kind: 'answered' }>;

const DUPLICATE_WINDOW_MS = 24 * 60 * 60 * 1000;

/**
 * The outcome of a heartbeat with its verdict: the token taken off an alert; everything else silent. `entry` is the session
 * before the turn.
 */
export function judgedHeartbeat(
  outcome: Answered,
  heartbeat: { readonly ackMaxChars: number },
  entry: SessionEntry | undefined,
  now: number,
): Answered {
  const last = outcome.payloads.at(-1);
  const { ackMaxChars } = heartbeat;
  const stripped = stripHeartbeatToken(last?.text ?? '', { mode: 'heartbeat', ackMaxChars });
  const hasMedia = (last?.mediaUrl ?? null) !== null;
  const verdict = verdictOf(outcome, stripped, hasMedia, entry, now);
  const payload = last && verdict === 'alert' ? { ...last, text: stripped.text } : undefined;
  const payloads: readonly ReplyPayload[] = payload ? [...outcome.payloads.slice(0, -1), payload] : outcome.payloads;
  return { ...outcome, payloads, silent: verdict !== 'alert', heartbeat: verdict };
}

function verdictOf(
  outcome: Answered,
  stripped: { readonly shouldSkip: boolean; readonly text: string; readonly didStrip: boolean },
  hasMedia: boolean,
  entry: SessionEntry | undefined,
  now: number,
): HeartbeatVerdict {
  if (hasMedia) return 'alert';
  if (stripped.shouldSkip && stripped.didStrip) return 'ok-token';
  if (stripped.shouldSkip || outcome.silent) return 'ok-empty';
  const sentAt = typeof entry?.lastHeartbeatSentAt === 'number' ? entry.lastHeartbeatSentAt : 0;
  const isRepeated = entry?.lastHeartbeatText === stripped.text && now - sentAt < DUPLICATE_WINDOW_MS;
  return isRepeated ? 'duplicate' : 'alert';
}
