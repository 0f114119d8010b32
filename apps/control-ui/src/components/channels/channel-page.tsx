import { useSignal } from '@preact/signals';
import type { ChannelsStore } from '../../channels/channels-store.ts';
import type { KnownChannel } from '../../channels/read-channels.ts';
import { AccountCard } from './account-card.tsx';
import { ConnectForm } from './connect-form.tsx';
import { DeliveryList } from './delivery-list.tsx';
import { PairingList } from './pairing-list.tsx';

interface ChannelPageProps {
  readonly channels: ChannelsStore;
  readonly channel: KnownChannel;
}

/** One chat service: its accounts, who asks to be let in, what could not be sent, and how to connect. */
export function ChannelPage({ channels, channel }: ChannelPageProps) {
  const accounts = channels.accounts.value[channel.id] ?? [];
  const isAdding = useSignal(false);
  const showsForm = accounts.length === 0 || isAdding.value;
  return (
    <div data-testid={`channel-${channel.id}`}>
      <h3>{channel.label}</h3>
      <p class="muted">{channel.blurb}</p>
      <ul class="accounts">
        {accounts.map((account) => (
          <AccountCard key={account.accountId} channels={channels} channel={channel.id} account={account} />
        ))}
      </ul>
      <PairingList channels={channels} channel={channel.id} />
      <DeliveryList channels={channels} channel={channel.id} />
      {showsForm ? (
        <ConnectForm channels={channels} channel={channel} onDone={() => (isAdding.value = false)} />
      ) : (
        <button type="button" onClick={() => (isAdding.value = true)}>
          Connect another account
        </button>
      )}
    </div>
  );
}
