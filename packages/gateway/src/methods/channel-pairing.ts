import { join } from 'node:path';
import type { Channels } from '@chela/channels';
import { createPairingStore, type PairingStore } from '@chela/channels/pairing';
import { invalidRequest } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { ownMethod } from './own-method.ts';

/** Strangers who ask to talk to the agent: for the page and for `pairing approve --notify`. */
export const channelPairingMethods: MethodFamily = (services) => {
  let store: PairingStore | undefined;
  const pairing = (): PairingStore => {
    store ??= createPairingStore({
      folder: join(services.config.paths.stateDir, 'credentials'),
      clock: services.clock,
    });
    return store;
  };
  return [
    ownMethod({
      name: 'channels.pairing.list',
      scope: 'pairing',
      async handle({ channel }) {
        const ids = typeof channel === 'string' ? [channel] : (services.channels()?.ids() ?? []);
        const waiting = await Promise.all(
          ids.map(async (id) => (await pairing().list(id)).map((request) => ({ channel: id, ...request }))),
        );
        return { requests: waiting.flat() };
      },
    }),
    ownMethod({
      name: 'channels.pairing.approve',
      scope: 'pairing',
      async handle(params) {
        const { channel, code } = readAnswer(params);
        const accountId = text(params.accountId);
        const approved = await pairing().approve({ channel, code, ...(accountId !== undefined && { accountId }) });
        if (approved === undefined) throw noSuchCode(code);
        const to = accountId ?? approved.meta?.accountId;
        if (params.notify === true) await notify(services, channel, approved.id, to);
        return { ok: true, channel, id: approved.id };
      },
    }),
    ownMethod({
      name: 'channels.pairing.reject',
      scope: 'pairing',
      async handle(params) {
        const { channel, code } = readAnswer(params);
        const rejected = await pairing().reject({ channel, code });
        if (rejected === undefined) throw noSuchCode(code);
        return { ok: true, channel, id: rejected.id };
      },
    }),
    ownMethod({
      name: 'channels.pairing.notify',
      scope: 'pairing',
      async handle(params) {
        const channel = text(params.channel);
        const id = text(params.id);
        if (channel === undefined || id === undefined) throw invalidRequest('channel and id must be texts');
        return { ok: await notify(services, channel, id, text(params.accountId)) };
      },
    }),
  ];
};

/** Tells somebody that they were let in; false when their channel cannot be reached by their id. */
async function notify(
  services: GatewayServices,
  channel: string,
  id: string,
  accountId: string | undefined,
): Promise<boolean> {
  const channels: Channels | undefined = services.channels();
  const adapter = channels?.find(channel);
  const address = adapter?.targets.read(adapter.pairingTarget?.(id) ?? id);
  if (channels === undefined || adapter === undefined || address === undefined) return false;
  const { APPROVED_NOTICE } = await import('@chela/channels');
  const account = { channel: adapter.facts.id, accountId: accountId ?? channels.defaultAccount(adapter.facts.id) };
  await channels.outbound.enqueue({
    account,
    address,
    key: `paired:${channel}:${id}:${services.clock.now()}`,
    text: APPROVED_NOTICE,
    bestEffort: true,
  });
  return true;
}

function readAnswer(params: Readonly<Record<string, unknown>>): { readonly channel: string; readonly code: string } {
  const channel = text(params.channel);
  const code = text(params.code);
  if (channel === undefined || code === undefined) throw invalidRequest('channel and code must be texts');
  return { channel, code };
}

const noSuchCode = (code: string): Error => invalidRequest(`No pending pairing request found for code: ${code}`);

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
