import type { ChannelsStore } from '../../channels/channels-store.ts';
import { ageText } from './age-text.ts';

interface PairingListProps {
  readonly channels: ChannelsStore;
  readonly channel: string;
}

/** Strangers who ask to talk to the agent; one click each. */
export function PairingList({ channels, channel }: PairingListProps) {
  const waiting = channels.pairing.value.filter((request) => request.channel === channel);
  if (waiting.length === 0) return null;
  return (
    <section aria-label="Who asks to talk to the agent">
      <h4>Asking to be let in</h4>
      <ul class="accounts">
        {waiting.map((request) => (
          <li key={request.code} class="card" data-testid="pairing">
            <div class="card-row">
              <span>
                <strong>{request.who || request.id}</strong> <span class="muted">{request.id}</span>
                <br />
                <code>{request.code}</code>{' '}
                <span class="muted">{ageText(channels.askedAt.value - request.askedAt)}</span>
              </span>
              <span class="card-actions">
                <button type="button" onClick={() => void channels.answer(request, 'reject')}>
                  Deny
                </button>
                <button type="button" class="primary" onClick={() => void channels.answer(request, 'approve')}>
                  Approve
                </button>
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
