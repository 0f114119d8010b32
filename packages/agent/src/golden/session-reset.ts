import {
  channelResetRule,
  type ResetType,
  readResetConfig,
  resetPolicy,
  resetTypeOf,
  sessionFreshness,
} from '../sessions/reset-policy.ts';
import { count, type Fields, fieldsOf, flag, text } from './fields.ts';

/** Runs a case of the table `session-reset`. */
export function sessionResetCase(input: Fields): unknown {
  switch (input.fn) {
    case 'policy': {
      const config = readResetConfig(fieldsOf(input.sessionCfg));
      const override = readResetConfig({ reset: input.resetOverride }).reset;
      return resetPolicy(config, typeOf(input.resetType), override);
    }
    case 'freshness': {
      const { mode, atHour, idleMinutes } = fieldsOf(input.policy);
      const idle = count(idleMinutes);
      return sessionFreshness(count(input.updatedAt) ?? 0, count(input.now) ?? 0, {
        mode: mode === 'idle' ? 'idle' : 'daily',
        atHour: count(atHour) ?? 4,
        ...(idle === undefined ? {} : { idleMinutes: idle }),
      });
    }
    case 'type': {
      const isGroup = flag(input.isGroup);
      const isThread = flag(input.isThread);
      return resetTypeOf(text(input.sessionKey), {
        ...(isGroup === undefined ? {} : { isGroup }),
        ...(isThread === undefined ? {} : { isThread }),
      });
    }
    case 'channelReset':
      return channelResetRule(readResetConfig(fieldsOf(input.sessionCfg)), text(input.channel)) ?? null;
    default:
      throw new Error(`unknown rule ${String(input.fn)}`);
  }
}

function typeOf(value: unknown): ResetType {
  return value === 'group' || value === 'thread' ? value : 'direct';
}
