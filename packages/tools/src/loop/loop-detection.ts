import type { LoopSettings } from './loop-settings.ts';

/** A call as the detector remembers it. `key` stands for tool and arguments, `result` for what came back. */
export interface PastCall {
  readonly tool: string;
  readonly key: string;
  readonly result: string | undefined;
}

export interface UpcomingCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly key: string;
}

type LoopDetector = 'global_circuit_breaker' | 'known_poll_no_progress' | 'ping_pong' | 'generic_repeat';

export interface LoopVerdict {
  /** `critical` blocks the call. */
  readonly level: 'warning' | 'critical';
  readonly detector: LoopDetector;
  readonly count: number;
  /** What the model reads when the call is blocked. */
  readonly message: string;
}

function isPoll({ tool, args }: UpcomingCall): boolean {
  if (tool === 'command_status') return true;
  return tool === 'process' && (args.action === 'poll' || args.action === 'log');
}

/** How often the newest calls with this key brought the same result, calls in between not counted. */
function sameResultStreak(history: readonly PastCall[], key: string): number {
  let streak = 0;
  let latest: string | undefined;
  for (const call of history.toReversed()) {
    if (call.key !== key || call.result === undefined) continue;
    latest ??= call.result;
    if (call.result !== latest) break;
    streak += 1;
  }
  return streak;
}

/** How long two calls have been taking turns, the upcoming one included, and whether both always brought the same. */
function alternation(history: readonly PastCall[], key: string): { readonly count: number; readonly stuck: boolean } {
  const last = history.at(-1);
  if (last === undefined || last.key === key) return { count: 0, stuck: false };
  const tail: PastCall[] = [];
  for (const call of history.toReversed()) {
    if (call.key !== (tail.length % 2 === 0 ? last.key : key)) break;
    tail.push(call);
  }
  if (tail.length < 2) return { count: 0, stuck: false };
  const results = (own: string): Set<string | undefined> =>
    new Set(tail.filter((call) => call.key === own).map(({ result }) => result));
  const stuck = [results(last.key), results(key)].every((set) => set.size === 1 && !set.has(undefined));
  return { count: tail.length + 1, stuck };
}

/** What a call about to run would continue, looked at in the contract's order (reference agent/tools.md ). */
export function detectLoop(
  history: readonly PastCall[],
  call: UpcomingCall,
  settings: LoopSettings,
): LoopVerdict | undefined {
  if (!settings.enabled) return undefined;
  const { warningThreshold, criticalThreshold, globalCircuitBreakerThreshold, detectors } = settings;
  const { tool, key } = call;
  const poll = isPoll(call);
  const streak = sameResultStreak(history, key);
  if (streak >= globalCircuitBreakerThreshold) {
    const message = `CRITICAL: ${tool} was called ${streak} times with the same arguments and the same result. The call was not made; do something else or say what is in the way.`;
    return { level: 'critical', detector: 'global_circuit_breaker', count: streak, message };
  }
  if (poll && detectors.knownPollNoProgress && streak >= warningThreshold) {
    const stop = streak >= criticalThreshold;
    const message = stop
      ? `CRITICAL: ${tool} was polled ${streak} times without any change. The call was not made; wait longer or end the job.`
      : `WARNING: ${tool} was polled ${streak} times without any change. Wait longer between polls or end the job.`;
    return { level: stop ? 'critical' : 'warning', detector: 'known_poll_no_progress', count: streak, message };
  }
  const turns = detectors.pingPong ? alternation(history, key) : { count: 0, stuck: false };
  if (turns.count >= warningThreshold) {
    const stop = turns.count >= criticalThreshold && turns.stuck;
    const message = stop
      ? `CRITICAL: two calls of ${tool} have alternated ${turns.count} times without any change. The call was not made; do something else.`
      : `WARNING: two calls of ${tool} have alternated ${turns.count} times. Check whether this leads anywhere.`;
    return { level: stop ? 'critical' : 'warning', detector: 'ping_pong', count: turns.count, message };
  }
  const repeats = history.filter((past) => past.key === key).length;
  if (poll || !detectors.genericRepeat || repeats < warningThreshold) return undefined;
  const message = `WARNING: ${tool} was called ${repeats} times with the same arguments. Check whether this leads anywhere.`;
  return { level: 'warning', detector: 'generic_repeat', count: repeats, message };
}
