/** The checks of a connect, strictly in the contract's order (reference protocol/protocol.md §2.1). */
import type { Config } from '@chela/config';
import type { Clock, Metrics } from '@chela/observability';
import {
  acceptsProtocol,
  audienceOf,
  CLOSE,
  type ConnectParams,
  type ErrorCode,
  isBrowserClient,
  isControlUi,
  modernConnectParams,
  PROTOCOL_VERSION,
  type Role,
  requestedRole,
  type Validation,
  type Validators,
} from '@chela/protocol';
import { type AuthFailure, failureText } from '../auth/failure.ts';
import { isAllowedOrigin, ORIGIN_REFUSAL } from '../auth/origin-rule.ts';
import type { Peer } from '../auth/peer.ts';
import type { RateLimiter } from '../auth/rate-limiter.ts';
import type { GatewayAuth } from '../auth/resolve-auth.ts';
import { checkSharedSecret, type SecretOutcome } from '../auth/shared-secret.ts';
import type { DevicePairing, DeviceToken } from '../device-pairing.ts';
import type { TailscaleCheck } from '../tailscale/identity.ts';
import { proveDevice } from './device-proof.ts';
import type { Refusal } from './machine.ts';
import { type PairingEvents, passPairing } from './pairing-gate.ts';

export interface AuthenticateDeps {
  readonly validators: Validators;
  readonly config: () => Config;
  readonly auth: () => GatewayAuth;
  readonly limiter: RateLimiter;
  readonly tailscale: TailscaleCheck;
  readonly devices: DevicePairing;
  readonly pairingEvents: PairingEvents;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface Admission {
  readonly params: ConnectParams;
  readonly role: Role;
  /** The granted scopes: none without a device. */
  readonly scopes: readonly string[];
  readonly deviceId: string | undefined;
  /** For a paired device. */
  readonly deviceToken: DeviceToken | undefined;
}

export type AuthenticateOutcome =
  | { readonly ok: true; readonly admission: Admission }
  | { readonly ok: false; readonly refusal: Refusal };

function refuse(
  message: string,
  { code = 'INVALID_REQUEST', closeCode = CLOSE.policy, details }: RefusalExtras = {},
): AuthenticateOutcome & { ok: false } {
  const error = { code, message, ...(details !== undefined && { details }) };
  return { ok: false, refusal: { error, closeCode } };
}

interface RefusalExtras {
  readonly code?: ErrorCode;
  readonly closeCode?: number;
  readonly details?: unknown;
}

/** What the Control UI may skip by configuration. */
interface ControlUiBypass {
  readonly deviceIsOptional: boolean;
  readonly deviceIsIgnored: boolean;
}

function bypassOf(params: ConnectParams, config: Config): ControlUiBypass {
  const settings = isControlUi(params.client) ? config.gateway?.controlUi : undefined;
  const deviceIsIgnored = settings?.dangerouslyDisableDeviceAuth === true;
  return { deviceIsIgnored, deviceIsOptional: deviceIsIgnored || settings?.allowInsecureAuth === true };
}

const isSharedSecret = (outcome: SecretOutcome): boolean => outcome.ok && outcome.method !== 'trusted-proxy';

export async function authenticate(
  deps: AuthenticateDeps,
  input: { readonly params: unknown; readonly peer: Peer; readonly nonce: string },
): Promise<AuthenticateOutcome> {
  const { peer, nonce } = input;
  const checked = checkParams(deps, input.params);
  if (!checked.ok) return refuse(`invalid connect params: ${checked.problem}`);
  const params = checked.value;
  const config = deps.config();
  if (!acceptsProtocol(params)) {
    const details = { expectedProtocol: PROTOCOL_VERSION };
    return refuse('protocol mismatch', { closeCode: CLOSE.protocolMismatch, details });
  }
  const role = requestedRole(params);
  if (!role) return refuse('invalid role');
  const allowedOrigins = config.gateway?.controlUi?.allowedOrigins ?? [];
  if (isBrowserClient(params.client) && !isAllowedOrigin(peer.origin, peer.host, allowedOrigins)) {
    return refuse(ORIGIN_REFUSAL);
  }
  const bypass = bypassOf(params, config);
  const device = bypass.deviceIsIgnored ? undefined : params.device;
  if (!device) return withoutDevice(deps, { params, peer, role, bypass });

  const proof = proveDevice(params, device, { role, nonce, isLocal: peer.isLocal, nowMs: deps.clock.now() });
  if (!proof.ok) return refuse(proof.message);
  const secret = await checkCredentials(deps, { params, peer, role, deviceId: proof.deviceId });
  if (!secret.ok) return refuse(failureText(secret.failure, audienceOf(params.client)));
  const scopes = params.scopes ?? [];
  const { deviceId, publicKey } = proof;
  if (!(bypass.deviceIsOptional && secret.isShared)) {
    const candidate = { deviceId, publicKey, role, scopes, client: params.client, remoteIp: peer.shownIp };
    const gate = await passPairing(deps.devices, deps.pairingEvents, candidate, peer.isLocal);
    if (!gate.paired) {
      return refuse('pairing required', { code: 'NOT_PAIRED', details: { requestId: gate.requestId } });
    }
  }
  const deviceToken = await deps.devices.ensureToken(deviceId, role, scopes);
  return { ok: true, admission: { params, role, scopes, deviceId, deviceToken } };
}

/** Params of older clients are put into form; what is wrong otherwise is told as it stands. */
function checkParams({ validators, metrics }: AuthenticateDeps, params: unknown): Validation<ConnectParams> {
  const asGiven = validators.check('ConnectParams', params);
  const modern = asGiven.ok ? undefined : modernConnectParams(params);
  if (!modern) return asGiven;
  const inForm = validators.check('ConnectParams', modern.value);
  if (!inForm.ok) return asGiven;
  for (const alias of modern.aliases) metrics.count('chela_legacy_aliases_total', { alias });
  return inForm;
}

interface DevicelessConnect {
  readonly params: ConnectParams;
  readonly peer: Peer;
  readonly role: Role;
  readonly bypass: ControlUiBypass;
}

/** Rows 4 to 6: only the shared secret counts, and without a bypass it buys no scopes. */
function withoutDevice(deps: AuthenticateDeps, { params, peer, role, bypass }: DevicelessConnect): AuthenticateOutcome {
  if (isControlUi(params.client) && !bypass.deviceIsOptional) {
    return refuse('control ui requires HTTPS or localhost (secure context)');
  }
  const offered = { token: params.auth?.token, password: params.auth?.password };
  const offersSecret = Boolean(offered.token) || Boolean(offered.password);
  const secret = checkSharedSecret(deps.auth(), offered, peer, deps.limiter);
  if (!isSharedSecret(secret)) {
    if (!secret.ok && offersSecret) return refuse(failureText(secret.failure, audienceOf(params.client)));
    return refuse('device identity required', { code: 'NOT_PAIRED' });
  }
  const scopes = bypass.deviceIsOptional ? (params.scopes ?? []) : [];
  return { ok: true, admission: { params, role, scopes, deviceId: undefined, deviceToken: undefined } };
}

type Credentials =
  | { readonly ok: true; readonly isShared: boolean }
  | { readonly ok: false; readonly failure: AuthFailure };

/**
 * Row 12: who Tailscale vouches for, the shared secret, else the device's own token in the same field. A connect with both a token and a device
 * counts against the device-token limit alone, so that a stale device token does not lock its whole network out; while
 * that limit is exceeded not even the shared secret is looked at, or it could be guessed without one.
 */
async function checkCredentials(
  deps: AuthenticateDeps,
  at: { readonly params: ConnectParams; readonly peer: Peer; readonly role: Role; readonly deviceId: string },
): Promise<Credentials> {
  const { params, peer, role, deviceId } = at;
  const auth = deps.auth();
  const token = params.auth?.token;
  const offered = { token, password: params.auth?.password };
  if (await deps.tailscale(peer)) return { ok: true, isShared: false };
  if (token && deps.limiter.lockedForMs('device-token', peer.ip) > 0) return { ok: false, failure: 'rate limited' };
  const secret = checkSharedSecret(auth, offered, peer, token ? undefined : deps.limiter);
  if (secret.ok) return { ok: true, isShared: isSharedSecret(secret) };
  if (!token || auth.mode === 'none') return secret;
  if (await deps.devices.verifyToken({ deviceId, token, role, scopes: params.scopes ?? [] })) {
    deps.limiter.succeeded('device-token', peer.ip);
    return { ok: true, isShared: false };
  }
  deps.limiter.failed('device-token', peer.ip);
  return { ok: false, failure: 'device token mismatch' };
}
