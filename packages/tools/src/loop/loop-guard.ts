import { createHash } from 'node:crypto';
import type { Logger } from '@chela/observability';
import type { ToolArguments } from '../call/arguments.ts';
import { isRecord } from '../call/arguments.ts';
import type { ToolResult } from '../tool.ts';
import { detectLoop, type LoopVerdict, type PastCall } from './loop-detection.ts';
import type { LoopSettings } from './loop-settings.ts';

const SESSIONS_LIMIT = 200;
const WARNING_BUCKET = 10;
/** Blocked calls in a row after which a model is taken to be beyond advice. */
const BLOCKED_MAX = 5;

interface SessionCalls {
  history: PastCall[];
  /** Warnings given, by detector, call and bucket of ten. */
  readonly warned: Set<string>;
  /** Calls blocked since the last one that ran. */
  blocked: number;
}

/** Remembers the calls of each session and says when they go in circles. */
export interface LoopGuard {
  /** The verdict on a call about to run; warnings are logged once per ten repetitions. */
  check(sessionKey: string, tool: string, args: ToolArguments, settings: LoopSettings): LoopVerdict | undefined;
  /**
   * Notes that a call was blocked. Returns the words to end the run with once the model has gone on calling for too long;
   * the next run starts anew.
   */
  noteBlocked(sessionKey: string, tool: string): string | undefined;
  /** Remembers a call and what it brought. */
  record(sessionKey: string, tool: string, args: ToolArguments, result: ToolResult, settings: LoopSettings): void;
}

/** JSON with sorted members, so that equal arguments give equal text. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Stands for a tool and its arguments. */
export function callKey(tool: string, args: ToolArguments): string {
  return `${tool}:${digest(stableJson(args))}`;
}

/** Stands for what a call brought; details are left out because they carry times. */
export function resultKey(result: ToolResult): string {
  return digest(stableJson(result.content));
}

export function createLoopGuard(deps: { readonly logger: Logger }): LoopGuard {
  const sessions = new Map<string, SessionCalls>();

  function callsOf(sessionKey: string): SessionCalls {
    const known = sessions.get(sessionKey) ?? { history: [], warned: new Set<string>(), blocked: 0 };
    // The last used session stands last, so the first one is the longest unused.
    sessions.delete(sessionKey);
    sessions.set(sessionKey, known);
    const oldest = sessions.size > SESSIONS_LIMIT ? sessions.keys().next().value : undefined;
    if (oldest !== undefined) sessions.delete(oldest);
    return known;
  }

  return {
    check(sessionKey, tool, args, settings) {
      if (!settings.enabled) return undefined;
      const calls = callsOf(sessionKey);
      const key = callKey(tool, args);
      const verdict = detectLoop(calls.history, { tool, args, key }, settings);
      if (verdict?.level !== 'warning') return verdict;
      const bucket = `${verdict.detector}:${key}:${Math.floor(verdict.count / WARNING_BUCKET)}`;
      if (!calls.warned.has(bucket)) deps.logger.warn(verdict.message, { tool, sessionKey, count: verdict.count });
      calls.warned.add(bucket);
      return verdict;
    },
    noteBlocked(sessionKey, tool) {
      const calls = callsOf(sessionKey);
      calls.blocked += 1;
      if (calls.blocked < BLOCKED_MAX) return undefined;
      calls.blocked = 0;
      return `The run was ended: the model called ${tool} again and again without any progress, also after ${BLOCKED_MAX} of its calls had been blocked (tools.loopDetection).`;
    },
    record(sessionKey, tool, args, result, settings) {
      if (!settings.enabled) return;
      const calls = callsOf(sessionKey);
      calls.blocked = 0;
      calls.history.push({ tool, key: callKey(tool, args), result: resultKey(result) });
      if (calls.history.length > settings.historySize) {
        calls.history = calls.history.slice(-settings.historySize);
      }
      const remembered = new Set(calls.history.map(({ key }) => key));
      for (const bucket of calls.warned) {
        const key = bucket.split(':').slice(1, 3).join(':');
        if (!remembered.has(key)) calls.warned.delete(bucket);
      }
    },
  };
}
