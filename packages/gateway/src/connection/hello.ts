import {
  CONTRACT_EVENTS,
  HELLO_METHODS,
  type HelloOk,
  MAX_BUFFERED_BYTES,
  MAX_PAYLOAD_BYTES,
  PROTOCOL_VERSION,
  TICK_INTERVAL_MS,
} from '@chela/protocol';
import type { AuthMode } from '../auth/resolve-auth.ts';
import type { DeviceToken } from '../device-pairing.ts';
import type { MethodDefinition } from '../method.ts';
import type { PresenceEntry } from '../presence.ts';
import type { SessionDefaults } from './session-defaults.ts';

export interface HelloFacts {
  readonly version: string;
  readonly commit: string | undefined;
  readonly hostName: string;
  readonly connId: string;
  readonly methods: readonly string[];
  readonly presence: readonly PresenceEntry[];
  readonly health: Readonly<Record<string, unknown>>;
  readonly stateVersion: { readonly presence: number; readonly health: number };
  readonly uptimeMs: number;
  readonly configPath: string;
  readonly stateDir: string;
  readonly sessionDefaults: SessionDefaults;
  readonly authMode: AuthMode;
  readonly canvasHostUrl: string | undefined;
  readonly deviceToken: DeviceToken | undefined;
}

/** `features.methods`: the contract's list in its order, then what this gateway lists beyond it. */
export function helloMethods(methods: readonly MethodDefinition[]): readonly string[] {
  const contract: readonly string[] = HELLO_METHODS;
  const extra = methods.filter((row) => row.listed && !contract.includes(row.name)).map((row) => row.name);
  return [...contract, ...extra];
}

const EVENT_NAMES = CONTRACT_EVENTS.map((row) => row.name);

const mutable = ({ tags, roles, scopes, ...entry }: PresenceEntry) => ({
  ...entry,
  ...(tags && { tags: [...tags] }),
  ...(roles && { roles: [...roles] }),
  ...(scopes && { scopes: [...scopes] }),
});

/** The payload of an accepted connect, field by field (reference protocol/protocol.md §2.6). */
export function buildHello(facts: HelloFacts): HelloOk {
  const { deviceToken } = facts;
  return {
    type: 'hello-ok',
    protocol: PROTOCOL_VERSION,
    server: {
      version: facts.version,
      ...(facts.commit && { commit: facts.commit }),
      host: facts.hostName,
      connId: facts.connId,
    },
    features: { methods: [...facts.methods], events: [...EVENT_NAMES] },
    snapshot: {
      presence: facts.presence.map(mutable),
      health: facts.health,
      stateVersion: { ...facts.stateVersion },
      uptimeMs: facts.uptimeMs,
      configPath: facts.configPath,
      stateDir: facts.stateDir,
      sessionDefaults: { ...facts.sessionDefaults },
      authMode: facts.authMode,
    },
    ...(facts.canvasHostUrl !== undefined && { canvasHostUrl: facts.canvasHostUrl }),
    ...(deviceToken && {
      auth: {
        deviceToken: deviceToken.token,
        role: deviceToken.role,
        scopes: [...deviceToken.scopes],
        issuedAtMs: deviceToken.rotatedAtMs ?? deviceToken.createdAtMs,
      },
    }),
    policy: {
      maxPayload: MAX_PAYLOAD_BYTES,
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      tickIntervalMs: TICK_INTERVAL_MS,
    },
  };
}
