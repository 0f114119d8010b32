import type { ChannelAdapter } from '../contract/adapter.ts';
import type { InboundMessage } from '../contract/inbound.ts';
import type { AccountName, Outbound } from '../kernel.ts';
import type { PairingStore } from '../pairing/create-pairing-store.ts';
import { pairingNotice } from '../pairing/pairing-notice.ts';
import { originOf } from './plan.ts';

export interface PairingDeskDeps {
  readonly pairing: Pick<PairingStore, 'request'>;
  readonly outbound: Pick<Outbound, 'notify'>;
  /** `--profile` of this gateway, for the command in the notice. */
  readonly profile?: string;
}

/** Tells a stranger once how to be let in; too many at a time hear nothing. Resolves with why the message goes no further. */
export function createPairingDesk({ pairing, outbound, profile }: PairingDeskDeps) {
  return async (input: {
    readonly account: AccountName;
    readonly adapter: ChannelAdapter;
    readonly message: InboundMessage;
    /** An earlier process may have begun with it. */
    readonly isRecovered: boolean;
  }): Promise<string> => {
    const { account, adapter, message, isRecovered } = input;
    const { sender } = message;
    const id = adapter.allowlist.writingsOf(sender)[0] ?? sender.id;
    const meta = Object.fromEntries(
      Object.entries({ name: sender.name, username: sender.username, tag: sender.tag }).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value]],
      ),
    );
    const asked = await pairing.request({ ...account, id, meta });
    if (asked === undefined) return 'too many wait to be paired';
    // A process that died may have noted the request and not have told them: the key makes the notice one.
    if (!asked.created && !isRecovered) return 'not paired';
    const { channel } = account;
    const { pairingIdLabel: idLabel } = adapter.facts;
    const { code } = asked;
    const text = pairingNotice({ channel, idLabel, id: sender.e164 ?? id, code, ...(profile && { profile }) });
    await outbound.notify(originOf(account, message), `pairing:${channel}:${id}:${code}`, text);
    return 'not paired';
  };
}
