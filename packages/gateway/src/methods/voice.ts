import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REDACTED_SENTINEL } from '@chela/config';
import { ADMIN_SCOPE, invalidRequest, unavailable } from '@chela/protocol';
import { writeJsonAtomically } from '@chela/store';
import type { MethodFamily } from '../method.ts';
import { isRecord } from './record.ts';
import { createRowBuilder } from './row.ts';

const TALK_SECRETS_SCOPE = 'operator.talk.secrets';
const DEFAULT_TRIGGERS: readonly string[] = ['openclaw', 'claude', 'computer'];
const TRIGGERS_LIMIT = 32;
const TRIGGER_CHARS = 64;
const TALK_MEMBERS = ['voiceId', 'voiceAliases', 'modelId', 'outputFormat', 'apiKey', 'interruptOnSpeech'];
const MOBILE_PLATFORM = /^(ios|ipados|android)/i;

type Fields = Readonly<Record<string, unknown>>;

/** Wake words and talk mode, which phones and desktops share through the gateway (reference protocol/methods.json). */
export const voiceMethods: MethodFamily = ({ config, broadcast, clock, nodeRegistry }) => {
  const { row, loose } = createRowBuilder();
  const path = join(config.paths.stateDir, 'settings', 'voicewake.json');
  let writes: Promise<unknown> = Promise.resolve();

  async function storedTriggers(): Promise<readonly string[]> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
      throw error;
    });
    const value: unknown = JSON.parse(text);
    return cleanTriggers(isRecord(value) && Array.isArray(value.triggers) ? value.triggers : []);
  }

  return [
    loose({ name: 'voicewake.get', handle: async () => ({ triggers: await storedTriggers() }) }),
    loose({
      name: 'voicewake.set',
      async handle(params) {
        if (!Array.isArray(params.triggers)) throw invalidRequest('voicewake.set requires triggers: string[]');
        const triggers = cleanTriggers(params.triggers);
        const write = writes.then(() => writeJsonAtomically(path, { triggers, updatedAtMs: clock.now() }));
        writes = write.catch(() => undefined);
        await write;
        broadcast.send('voicewake.changed', { triggers }, { dropIfSlow: true });
        return { triggers };
      },
    }),
    row({
      name: 'talk.mode',
      params: 'TalkModeParams',
      handle({ enabled, phase }, { caller }) {
        const hasPhone = nodeRegistry.list().some(({ platform }) => MOBILE_PLATFORM.test(platform ?? ''));
        if (caller.client.mode === 'webchat' && !hasPhone) {
          throw unavailable('talk disabled: no connected iOS/Android nodes');
        }
        const payload = { enabled, phase: phase ?? null, ts: clock.now() };
        broadcast.send('talk.mode', payload, { dropIfSlow: true });
        return payload;
      },
    }),
    row({
      name: 'talk.config',
      params: 'TalkConfigParams',
      handle({ includeSecrets = false }, { caller }) {
        const { scopes } = caller;
        if (includeSecrets && !scopes.includes(ADMIN_SCOPE) && !scopes.includes(TALK_SECRETS_SCOPE)) {
          throw invalidRequest(`missing scope: ${TALK_SECRETS_SCOPE}`);
        }
        return { config: talkConfig(config.current(), includeSecrets) };
      },
    }),
  ];
};

function cleanTriggers(words: readonly unknown[]): readonly string[] {
  const clean = words
    .filter((word) => typeof word === 'string')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .slice(0, TRIGGERS_LIMIT)
    .map((word) => word.slice(0, TRIGGER_CHARS));
  return clean.length === 0 ? DEFAULT_TRIGGERS : clean;
}

/** What a talking client needs of the configuration; parts that are not set are left out. */
function talkConfig(current: Fields, includeSecrets: boolean): Fields {
  const talk = members(current.talk, TALK_MEMBERS);
  const shown = includeSecrets || talk.apiKey === undefined ? talk : { ...talk, apiKey: REDACTED_SENTINEL };
  const parts: Fields = {
    talk: shown,
    session: members(current.session, ['mainKey']),
    ui: members(current.ui, ['seamColor']),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => isRecord(part) && Object.keys(part).length > 0));
}

function members(value: unknown, names: readonly string[]): Fields {
  const fields = isRecord(value) ? value : {};
  return Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}
