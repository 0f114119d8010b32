import { useSignal } from '@preact/signals';
import type { Connection } from '../gateway/connection.ts';
import type { SettingsStore } from '../settings/settings.ts';

interface BannerProps {
  readonly connection: Connection;
  readonly settings: SettingsStore;
}

/** What a person can do about a refusal. */
function advice(reason: string): string {
  if (/pairing required/.test(reason)) return 'This browser is new to the gateway. Approve it there, then try again.';
  if (/secure context|device identity/.test(reason))
    return 'Open this page over HTTPS or on the gateway machine itself (localhost).';
  if (/origin not allowed/.test(reason))
    return 'Open the page from the gateway itself, or allow this address in gateway.controlUi.allowedOrigins.';
  return 'Paste the token of the gateway. The start screen of the gateway and `chela dashboard` show an address that carries it.';
}

export function ConnectionBanner({ connection, settings }: BannerProps) {
  const state = connection.state.value;
  if (state.kind === 'waiting')
    return (
      <div class="banner" role="status">
        <span>Trying again: {state.reason}.</span>
        <button type="button" onClick={connection.retry}>
          Now
        </button>
      </div>
    );
  if (state.kind !== 'refused') return null;
  return <TokenForm reason={state.reason} connection={connection} settings={settings} />;
}

function TokenForm({ reason, connection, settings }: BannerProps & { reason: string }) {
  const token = useSignal('');
  const needsToken = !/pairing required|secure context|device identity|origin not allowed/.test(reason);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (token.value) settings.change({ token: token.value.trim() });
    connection.retry();
  };
  return (
    <form class="banner banner-refused" onSubmit={submit}>
      <p>
        <strong>The gateway did not let this page in.</strong> {advice(reason)}
      </p>
      <p class="reason">{reason}</p>
      <div class="banner-row">
        {needsToken && (
          <input
            type="password"
            name="token"
            autocomplete="current-password"
            placeholder="Gateway token"
            aria-label="Gateway token"
            value={token.value}
            onInput={(event) => (token.value = event.currentTarget.value)}
          />
        )}
        <button type="submit">Connect</button>
      </div>
    </form>
  );
}
