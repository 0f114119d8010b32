import type { SessionEntry } from '@chela/store';
import { stripHeartbeatToken } from '../reply/heartbeat-token.ts';
import type { HeartbeatVerdict, ReplyPayload, RunOutcome } from '../runtime.ts';

/** What came of a heartbeat (reference agent/sessions.md §13). Pure. */

type Answered = Extract<RunOutcome, { kind: 'answered' }>;

const DUPLICATE_WINDOW_MS = 24 * 60 * 60 * 1000;

/** What people are told of a heartbeat: its last answer and what failed; not what was said beside it. */
export const newsOfHeartbeat = (payloads: readonly ReplyPayload[]): readonly ReplyPayload[] => [
  ...payloads.filter(isAnswer).slice(-1),
  ...payloads.filter(isFailure),
];

/** What the next heartbeat must not repeat. */
export const heartbeatText = (payloads: readonly ReplyPayload[]): string =>
  newsOfHeartbeat(payloads)
    .map(({ text }) => text)
    .join('\n\n');

/**
 * The outcome of a heartbeat with its verdict: the token taken off an alert; everything else silent. A tool that failed is
 * news even beside the token. `entry` is the session before the turn.
 */
export function judgedHeartbeat(
  outcome: Answered,
  heartbeat: { readonly ackMaxChars: number },
  entry: SessionEntry | undefined,
  now: number,
): Answered {
  const answers = outcome.payloads.filter(isAnswer);
  const failures = outcome.payloads.filter(isFailure);
  const last = answers.at(-1);
  const { ackMaxChars } = heartbeat;
  const stripped = stripHeartbeatToken(last?.text ?? '', { mode: 'heartbeat', ackMaxChars });
  const hasMedia = (last?.mediaUrl ?? null) !== null;
  const calm = hasMedia ? undefined : calmVerdict(stripped, outcome.silent);
  if (calm !== undefined && failures.length === 0) return { ...outcome, silent: true, heartbeat: calm };
  const said = calm === undefined && last ? [...answers.slice(0, -1), { ...last, text: stripped.text }] : [];
  const payloads = [...said, ...failures];
  if (!hasMedia && isRepeated(heartbeatText(payloads), entry, now)) {
    return { ...outcome, silent: true, heartbeat: 'duplicate' };
  }
  return { ...outcome, payloads, silent: false, heartbeat: 'alert' };
}

const isFailure = ({ delivery }: ReplyPayload): boolean => delivery?.isError === true;
const isAnswer = ({ delivery }: ReplyPayload): boolean => delivery?.isError !== true && delivery?.isAside !== true;

function calmVerdict(
  stripped: { readonly shouldSkip: boolean; readonly didStrip: boolean },
  silent: boolean,
): HeartbeatVerdict | undefined {
  if (stripped.shouldSkip && stripped.didStrip) return 'ok-token';
  return stripped.shouldSkip || silent ? 'ok-empty' : undefined;
}

function isRepeated(text: string, entry: SessionEntry | undefined, now: number): boolean {
  const sentAt = typeof entry?.lastHeartbeatSentAt === 'number' ? entry.lastHeartbeatSentAt : 0;
  return entry?.lastHeartbeatText === text && now - sentAt < DUPLICATE_WINDOW_MS;
}
