import type { AccountLinking } from '@chela/channels';
import { invalidRequest } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/** How long a code is waited for, and how long until the phone has read it. */
const CODE_TIMEOUT_MS = 30_000;
const LINK_TIMEOUT_MS = 120_000;

/** `web.login.*`: links an account by a code that a phone reads (reference protocol/methods.json). */
export const webLoginMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'web.login.start',
      params: 'WebLoginStartParams',
      handle: async ({ accountId, force = false, timeoutMs = CODE_TIMEOUT_MS }) =>
        linkingOf(services, accountId).start({ force, timeoutMs }),
    }),
    row({
      name: 'web.login.wait',
      params: 'WebLoginWaitParams',
      handle: async ({ accountId, timeoutMs = LINK_TIMEOUT_MS }) => linkingOf(services, accountId).wait({ timeoutMs }),
    }),
  ];
};

/** Throws INVALID_REQUEST when no configured channel has such a login. */
function linkingOf({ channels }: GatewayServices, accountId: string | undefined): AccountLinking {
  const linking = channels()?.linkAccount(accountId?.trim() || undefined);
  if (linking === undefined) throw invalidRequest('web login provider is not available');
  return linking;
}
