import { useEffect, useRef } from 'preact/hooks';
import type { ChannelsStore } from '../../channels/channels-store.ts';
import { ChannelPage } from './channel-page.tsx';

/** The chat services, one page each, over the chat. */
export function ChannelsPanel({ channels }: { readonly channels: ChannelsStore }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const known = channels.known.value;
  const chosen = known.find(({ id }) => id === channels.chosen.value);
  return (
    <section class="security channels" aria-labelledby="channels-heading">
      <div class="column">
        <header class="security-head">
          <h2 id="channels-heading" ref={heading} tabIndex={-1}>
            Channels
          </h2>
          <button type="button" class="icon-button" aria-label="Close channels" onClick={() => channels.show(false)}>
            ✕
          </button>
        </header>
        {channels.problem.value && (
          <p class="notice" role="alert">
            {channels.problem.value}
          </p>
        )}
        <nav class="channel-tabs" aria-label="Chat services">
          {known.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              class={id === chosen?.id ? 'channel-tab chosen' : 'channel-tab'}
              aria-pressed={id === chosen?.id}
              onClick={() => channels.choose(id)}
            >
              <ChannelDot channels={channels} channel={id} /> {label}
              <Waiting channels={channels} channel={id} />
            </button>
          ))}
        </nav>
        {chosen && <ChannelPage key={chosen.id} channels={channels} channel={chosen} />}
      </div>
    </section>
  );
}

interface OfChannel {
  readonly channels: ChannelsStore;
  readonly channel: string;
}

function ChannelDot({ channels, channel }: OfChannel) {
  const all = channels.accounts.value[channel] ?? [];
  const worst = (['failed', 'waiting', 'ok', 'off'] as const).find((health) =>
    all.some((one) => one.health === health),
  );
  return <span class={`dot health-${worst ?? 'off'}`} aria-hidden="true" />;
}

/** How many people and messages wait for a word. */
function Waiting({ channels, channel }: OfChannel) {
  const people = channels.pairing.value.filter((request) => request.channel === channel).length;
  const stuck = channels.deliveries.value.filter(
    (delivery) => delivery.channel === channel && (delivery.state === 'dead' || delivery.state === 'ambiguous'),
  ).length;
  const count = people + stuck;
  if (count === 0) return null;
  return (
    <span class="badge inline" title={`${count} waiting for you`}>
      {count}
    </span>
  );
}
