import { applyMappings } from './http-api/hooks/hook-mapping.ts';
import { readAgentPayload, readWakePayload } from './http-api/hooks/hook-payload.ts';
import { hookSessionKey } from './http-api/hooks/hook-session-key.ts';
import { hookMappings } from './http-api/hooks/hook-settings.ts';
import { textSetting, textsSetting } from './http-api/settings.ts';
import { isRecord } from './methods/record.ts';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});

async function mappingCase(input: Fields): Promise<unknown> {
  const path = textSetting(input.path) ?? '';
  const context = {
    payload: fieldsOf(input.payload),
    headers: { 'x-a': 'H' },
    url: new URL(`http://gateway/hooks/${path}${textSetting(input.query) ?? ''}`),
    path,
  };
  return applyMappings(hookMappings(fieldsOf(input.hooks)), context, {
    now: () => 0,
    transform: () => {
      throw new Error('the table has no transforms');
    },
  });
}

function sessionKeyCase(input: Fields): unknown {
  const policy = fieldsOf(input.sessionPolicy);
  const defaultSessionKey = textSetting(policy.defaultSessionKey);
  const prefixes = textsSetting(policy.allowedSessionKeyPrefixes);
  return hookSessionKey({
    source: input.source === 'mapping' ? 'mapping' : 'request',
    sessionKey: textSetting(input.sessionKey),
    generatedId: textSetting(input.generatedId) ?? '',
    policy: {
      allowRequestSessionKey: policy.allowRequestSessionKey === true,
      ...(defaultSessionKey !== undefined && { defaultSessionKey }),
      ...(prefixes !== undefined && { allowedSessionKeyPrefixes: prefixes }),
    },
  });
}

/** Runs a case of a golden table of reference agent/golden: the case's `in` to our `out`. */
export const goldenRunners: Readonly<Record<string, (input: unknown) => unknown>> = {
  'webhook-mapping': (input) => {
    const fields = fieldsOf(input);
    if (fields.fn === 'wake') return readWakePayload(fieldsOf(fields.payload));
    if (fields.fn === 'agent') return readAgentPayload(fieldsOf(fields.payload), []);
    return fields.fn === 'sessionKey' ? sessionKeyCase(fields) : mappingCase(fields);
  },
};
