import type { ChannelsStore } from '../../channels/channels-store.ts';
import { ageText } from './age-text.ts';

interface DeliveryListProps {
  readonly channels: ChannelsStore;
  readonly channel: string;
}

const MEANING: Readonly<Record<string, string>> = {
  dead: 'could not be sent',
  ambiguous: 'may have arrived',
  pending: 'waits',
  sending: 'is being sent',
};

/** Messages that are not delivered: those that failed need a word, the rest leave by themselves. */
export function DeliveryList({ channels, channel }: DeliveryListProps) {
  const open = channels.deliveries.value.filter((delivery) => delivery.channel === channel);
  if (open.length === 0) return null;
  return (
    <section aria-label="Messages that are not delivered">
      <h4>Not delivered</h4>
      <ul class="accounts">
        {open.map((delivery) => (
          <li key={delivery.id} class="card" data-testid="delivery">
            <p>{delivery.preview}</p>
            {delivery.reason && <p class="reason">{delivery.reason}</p>}
            <div class="card-row">
              <span class="muted">
                to {delivery.to}, {MEANING[delivery.state] ?? delivery.state},{' '}
                {ageText(channels.askedAt.value - delivery.createdAt)}
              </span>
              <span class="card-actions">
                <button type="button" onClick={() => void channels.settle(delivery, 'drop')}>
                  Give up
                </button>
                {(delivery.state === 'dead' || delivery.state === 'ambiguous') && (
                  <button type="button" class="primary" onClick={() => void channels.settle(delivery, 'retry')}>
                    Send again
                  </button>
                )}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
