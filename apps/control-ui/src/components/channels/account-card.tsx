import type { ChannelsStore } from '../../channels/channels-store.ts';
import type { ShownAccount } from '../../channels/read-channels.ts';
import { ageText } from './age-text.ts';

interface AccountCardProps {
  readonly channels: ChannelsStore;
  readonly channel: string;
  readonly account: ShownAccount;
}

/** How an account is, with the age of what it last did. */
export function AccountCard({ channels, channel, account }: AccountCardProps) {
  const now = channels.askedAt.value;
  const facts: readonly (readonly [string, number | undefined])[] = [
    ['started', account.startedAt],
    ['last message in', account.inboundAt],
    ['last message out', account.outboundAt],
  ];
  return (
    <li class="card" data-testid="account">
      <div class="card-row">
        <span>
          <span class={`dot health-${account.health}`} aria-hidden="true" />{' '}
          <strong>{account.name || account.accountId}</strong> <span class="muted">{account.state}</span>
        </span>
        <button type="button" onClick={() => void channels.enable(channel, account.accountId, !account.isEnabled)}>
          {account.isEnabled ? 'Switch off' : 'Switch on'}
        </button>
      </div>
      {account.error && <p class="notice">{account.error}</p>}
      {account.issues.map((issue) => (
        <p key={issue} class="muted issue">
          {issue}
        </p>
      ))}
      <dl class="ages">
        {facts.map(([name, at]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{at === undefined ? 'never' : ageText(now - at)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
