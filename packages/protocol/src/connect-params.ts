import { ROLES, type Role } from './access.ts';
import type { ConnectParams } from './frames.ts';
import { PROTOCOL_VERSION } from './limits.ts';

const CONTROL_UI_ID = 'openclaw-control-ui';
const WEBCHAT_UI_ID = 'webchat-ui';

/** Who reads a refusal; the hint in it depends on that (reference protocol/protocol.md §2.4). */
export type ClientAudience = 'cli' | 'browser' | 'other';

type ClientInfo = ConnectParams['client'];

export function acceptsProtocol(params: Pick<ConnectParams, 'minProtocol' | 'maxProtocol'>): boolean {
  return params.minProtocol <= PROTOCOL_VERSION && PROTOCOL_VERSION <= params.maxProtocol;
}

/** The role asked for, `operator` when absent; undefined for one that does not exist. */
export function requestedRole(params: Pick<ConnectParams, 'role'>): Role | undefined {
  const asked = params.role ?? 'operator';
  return ROLES.find((role) => role === asked);
}

export const isControlUi = (client: Pick<ClientInfo, 'id'>): boolean => client.id === CONTROL_UI_ID;

/** Clients that live in a page; for these the Origin rule holds (§2.1 row 3). */
export function isBrowserClient(client: Pick<ClientInfo, 'id' | 'mode'>): boolean {
  return client.id === CONTROL_UI_ID || client.id === WEBCHAT_UI_ID || client.mode === 'webchat';
}

export function audienceOf(client: Pick<ClientInfo, 'id' | 'mode'>): ClientAudience {
  if (client.id === 'cli' || client.mode === 'cli') return 'cli';
  return isBrowserClient(client) ? 'browser' : 'other';
}
