import { redactedConfig } from '@chela/config';
import { ADMIN_SCOPE, invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { isRecord } from './record.ts';
import { createRowBuilder } from './row.ts';
import { text } from './session-access.ts';

const TALK_SECRETS_SCOPE = 'operator.talk.secrets';

/** `talk.config`: what a voice client needs to know (reference protocol/methods.json). */
export const talkMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'talk.config',
      params: 'TalkConfigParams',
      async handle({ includeSecrets }, { caller }) {
        const maySee = caller.scopes.includes(ADMIN_SCOPE) || caller.scopes.includes(TALK_SECRETS_SCOPE);
        if (includeSecrets && !maySee) throw invalidRequest(`missing scope: ${TALK_SECRETS_SCOPE}`);
        const { config } = services.config.snapshot();
        const shown = includeSecrets ? config : await redactedConfig(config);
        return { config: isRecord(shown) ? voiceSettings(shown) : {} };
      },
    }),
  ];
};

function voiceSettings(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { talk, session, ui } = config;
  const mainKey = isRecord(session) ? text(session.mainKey) : undefined;
  const seamColor = isRecord(ui) ? text(ui.seamColor) : undefined;
  return {
    ...(isRecord(talk) && { talk }),
    ...(mainKey !== undefined && { session: { mainKey } }),
    ...(seamColor !== undefined && { ui: { seamColor } }),
  };
}
