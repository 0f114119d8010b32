import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

const DEFAULT_CHANNEL = 'whatsapp';
const WEBCHAT = 'webchat';

/**
 * `send`, `poll` and `web.login.*` of a gateway without channels: every channel is unknown to it, in the words of the
 * contract (reference protocol/methods.json).
 */
export const messagingMethods: MethodFamily = () => {
  const { row } = createRowBuilder();
  const noWebLogin = (): never => {
    throw invalidRequest('web login provider is not available');
  };
  return [
    row({
      name: 'send',
      params: 'SendParams',
      handle({ message, mediaUrl, mediaUrls = [], channel }) {
        const parts = [message, mediaUrl, ...mediaUrls];
        if (parts.every((part) => !part?.trim())) {
          throw invalidRequest('invalid send params: text or media is required');
        }
        const name = namedChannel(channel);
        const hint =
          name.toLowerCase() === WEBCHAT
            ? ' (internal-only). Use `chat.send` for WebChat UI messages or choose a deliverable channel.'
            : '';
        throw invalidRequest(`unsupported channel: ${name}${hint}`);
      },
    }),
    row({
      name: 'poll',
      params: 'PollParams',
      handle({ channel }) {
        throw invalidRequest(`unsupported poll channel: ${namedChannel(channel)}`);
      },
    }),
    row({ name: 'web.login.start', params: 'WebLoginStartParams', handle: noWebLogin }),
    row({ name: 'web.login.wait', params: 'WebLoginWaitParams', handle: noWebLogin }),
  ];
};

const namedChannel = (channel: string | undefined): string => channel?.trim() || DEFAULT_CHANNEL;
