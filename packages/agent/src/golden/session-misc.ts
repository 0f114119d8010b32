import { parseActivationCommand, parseSendCommand } from '../commands/setting-commands.ts';
import { windowGuard } from '../compaction/window-guard.ts';
import { historyLimitFor, lastTurns } from '../messages/history-limit.ts';
import { createMessageStamp } from '../messages/message-stamp.ts';
import { withinActiveHours } from '../schedule/active-hours.ts';
import { heartbeatIntervalMs } from '../schedule/heartbeat-interval.ts';
import { isAbortWord } from '../sessions/abort-words.ts';
import { sendPolicyOf } from '../sessions/send-policy.ts';
import { agentTimeoutMs } from '../turn/time-limit.ts';
import { goldenConfig } from './config.ts';
import { count, type Fields, fieldsOf, listOf, text } from './fields.ts';

/** Runs a case of the table `session-misc`. Time zones default to UTC. */
export function sessionMiscCase(input: Fields): unknown {
  const word = (name: string): string => text(input[name]) ?? '';
  switch (input.fn) {
    case 'activeHours':
      return withinActiveHours(hours(input.activeHours), count(input.nowMs) ?? 0, { user: 'UTC', host: 'UTC' });
    case 'heartbeatEvery':
      return heartbeatIntervalMs(text(input.every)) ?? null;
    case 'abortTrigger':
      return isAbortWord(word('text'));
    case 'sendCommand':
      return parseSendCommand(word('text'));
    case 'activationCommand':
      return parseActivationCommand(word('text'));
    case 'sendPolicy':
      return policy(input);
    case 'limitTurns':
      return lastTurns(listOf(input.roles), count(input.limit), (role) => String(role).startsWith('u'));
    case 'historyLimit':
      return historyLimitFor(input.cfg, word('sessionKey')) ?? null;
    case 'agentTimeoutMs':
      return timeout(input);
    case 'timestamp':
      return createMessageStamp(text(input.timezone) ?? 'UTC')(word('message'), Date.parse(word('now')));
    case 'contextGuard': {
      const tokens = count(input.tokens) ?? 0;
      return { tokens, source: 'model', ...windowGuard(tokens) };
    }
    default:
      throw new Error(`unknown rule ${String(input.fn)}`);
  }
}

function hours(value: unknown) {
  if (value === undefined) return undefined;
  const { start, end, timezone } = fieldsOf(value);
  return {
    ...(text(start) === undefined ? {} : { start: text(start) ?? '' }),
    ...(text(end) === undefined ? {} : { end: text(end) ?? '' }),
    ...(text(timezone) === undefined ? {} : { timezone: text(timezone) ?? '' }),
  };
}

function policy(input: Fields): string {
  const own = text(fieldsOf(input.entry).sendPolicy);
  const channel = text(input.channel);
  const chatType = text(input.chatType);
  return sendPolicyOf(goldenConfig(input.cfg), {
    sessionKey: text(input.sessionKey) ?? '',
    ...(channel === undefined ? {} : { channel }),
    ...(chatType === undefined ? {} : { chatType }),
    ...(own === undefined ? {} : { entry: { sendPolicy: own } }),
  });
}

function timeout(input: Fields): number {
  const seconds = count(input.overrideSeconds);
  return agentTimeoutMs({
    overrideMs: count(input.overrideMs) ?? (seconds === undefined ? undefined : seconds * 1000),
    configuredSeconds: goldenConfig(input.cfg).agents?.defaults?.timeoutSeconds,
    minMs: count(input.minMs),
  });
}
