import { textAt } from './json-reader.ts';

/** What a gateway says of itself in its presence list, as `status` and `gateway probe` show it. */
export interface GatewaySelf {
  readonly host: string | null;
  readonly ip: string | null;
  readonly version: string | null;
  readonly platform: string | null;
}

/** The gateway's own entry of `system-presence`; null when it has none. */
export function gatewaySelf(presence: unknown): GatewaySelf | null {
  const entries: readonly unknown[] = Array.isArray(presence) ? presence : [];
  const own = entries.find((entry) => textAt(entry, 'mode') === 'gateway');
  if (own === undefined) return null;
  return {
    host: textAt(own, 'host') ?? null,
    ip: textAt(own, 'ip') ?? null,
    version: textAt(own, 'version') ?? null,
    platform: textAt(own, 'platform') ?? null,
  };
}
