import type { Config } from '@chela/config';
import { count, type Fields, fieldsOf, listOf, text } from './fields.ts';

/** The part of a configuration that golden cases use. */
export function goldenConfig(value: unknown): Config {
  const config = fieldsOf(value);
  const session = fieldsOf(config.session);
  const mainKey = text(session.mainKey);
  const dmScope = text(session.dmScope);
  const seconds = count(fieldsOf(fieldsOf(config.agents).defaults).timeoutSeconds);
  return {
    agents: {
      defaults: seconds === undefined ? {} : { timeoutSeconds: seconds },
      list: listOf(fieldsOf(config.agents).list).map((entry) => {
        const agent = fieldsOf(entry);
        return { id: text(agent.id) ?? '', default: agent.default === true };
      }),
    },
    session: {
      ...(session.scope === 'global' ? { scope: 'global' } : {}),
      ...(mainKey === undefined ? {} : { mainKey }),
      ...(dmScope === undefined ? {} : { dmScope }),
      ...(session.sendPolicy === undefined ? {} : { sendPolicy: sendPolicy(fieldsOf(session.sendPolicy)) }),
    },
  };
}

type SendPolicy = NonNullable<NonNullable<Config['session']>['sendPolicy']>;
type Verdict = NonNullable<SendPolicy['default']>;

function sendPolicy(policy: Fields): SendPolicy {
  const fallback = verdict(policy.default);
  return {
    ...(fallback === undefined ? {} : { default: fallback }),
    rules: listOf(policy.rules).flatMap((entry) => {
      const rule = fieldsOf(entry);
      const action = verdict(rule.action);
      return action === undefined ? [] : [{ action, match: ruleMatch(fieldsOf(rule.match)) }];
    }),
  };
}

function ruleMatch(match: Fields) {
  const members = ['channel', 'chatType', 'keyPrefix', 'rawKeyPrefix'] as const;
  return Object.fromEntries(
    members.flatMap((name) => (text(match[name]) === undefined ? [] : [[name, text(match[name])]])),
  );
}

function verdict(value: unknown): Verdict | undefined {
  return value === 'allow' || value === 'deny' ? value : undefined;
}
