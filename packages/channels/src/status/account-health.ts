import type { AccountView } from '../connections/account-runner.ts';
import type { Delivery } from '../kernel.ts';

/** How an account is doing; `off` is meant to be off. Worst first counts: one bad part makes the account bad. */
export type HealthState = 'off' | 'ok' | 'degraded' | 'down';

/** One part of an account: how it is and how long ago it showed so, in milliseconds; null: never in this process. */
export interface PartHealth {
  readonly state: 'ok' | 'degraded' | 'down';
  readonly ageMs: number | null;
}

export interface AccountHealth {
  readonly state: HealthState;
  readonly transport: PartHealth;
  readonly inbound: PartHealth;
  readonly outbound: PartHealth & { readonly waiting: number; readonly ambiguous: number; readonly dead: number };
  readonly auth: PartHealth;
}

/** What waits longer than this is late. */
const LATE_MS = 60_000;
const RANK = { ok: 0, degraded: 1, down: 2 } as const;

/** Design rule 8: transport, inbound, outbound and auth each with an age; the worst wins. Pure. */
export function accountHealth(view: AccountView, unsent: readonly Delivery[], now: number): AccountHealth {
  const { state } = view;
  const ageOf = (at: number | undefined): number | null => (at === undefined ? null : Math.max(0, now - at));
  const isConnected = state.kind === 'connected' && view.isTransportUp;
  const isOff = state.kind === 'disabled' || state.kind === 'unconfigured' || state.kind === 'stopped';
  const isRefused = state.kind === 'terminal' && state.why !== 'misconfigured';
  const transport: PartHealth = {
    state: isConnected ? 'ok' : state.kind === 'terminal' ? 'down' : isTrying(view) ? 'degraded' : 'down',
    ageMs: ageOf(isConnected ? (view.lastAliveAt ?? view.lastConnectedAt) : view.lastDisconnect?.at),
  };
  const inbound: PartHealth = { state: transport.state, ageMs: ageOf(view.lastInboundAt) };
  const count = (wanted: Delivery['state']): number => unsent.filter((row) => row.state === wanted).length;
  const isLate = unsent.some((row) => row.state === 'pending' && now - row.createdAt > LATE_MS);
  const outbound = {
    state: isLate || count('ambiguous') > 0 ? ('degraded' as const) : ('ok' as const),
    ageMs: ageOf(view.lastOutboundAt),
    waiting: count('pending') + count('sending'),
    ambiguous: count('ambiguous'),
    dead: count('dead'),
  };
  const auth: PartHealth = { state: isRefused ? 'down' : 'ok', ageMs: ageOf(view.lastConnectedAt) };
  const worst = [transport, inbound, outbound, auth].reduce<PartHealth['state']>(
    (bad, part) => (RANK[part.state] > RANK[bad] ? part.state : bad),
    'ok',
  );
  return { state: isOff ? 'off' : worst, transport, inbound, outbound, auth };
}

/** Between two connections for a short while; with many losses in a row it counts as down. */
function isTrying({ state, failures }: AccountView): boolean {
  if (state.kind === 'waiting' || state.kind === 'connecting' || state.kind === 'closing') return failures < 3;
  return state.kind === 'connected';
}
