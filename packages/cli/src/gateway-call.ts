import { homedir, platform } from 'node:os';
import { resolveStatePaths } from '@chela/config';
import {
  createGatewayClient,
  type GatewayClient,
  GatewayClosedError,
  GatewayRequestError,
  GatewayTimeoutError,
} from '@chela/protocol';
import type { CliContext } from './context.ts';
import { loadDeviceIdentity } from './device-identity-file.ts';
import { type GatewayTarget, targetLines } from './gateway-target.ts';
import { certificateFingerprint } from './local-certificate.ts';

const SCOPES = ['operator.admin', 'operator.approvals', 'operator.pairing'];

/** Why a call failed: nothing was sent, no answer came in time, or the gateway said no. */
export type CallFailureKind = 'unreachable' | 'timeout' | 'refused';

export class GatewayCallError extends Error {
  override readonly name = 'GatewayCallError';
  readonly kind: CallFailureKind;
  /** Where the call went, for people; empty when the gateway answered. */
  readonly detailLines: readonly string[];
  readonly close: { readonly code: number; readonly reason: string } | undefined;
  /** What went wrong on the way to the gateway, in the words of a probe. */
  readonly probeMessage: string;

  constructor(kind: CallFailureKind, message: string, target: GatewayTarget, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
    const root = cause instanceof GatewayClosedError ? cause.cause : undefined;
    this.probeMessage = kind === 'unreachable' && isConnectFailure(root) ? `connect failed: ${root.message}` : message;
    this.detailLines = kind === 'refused' ? [] : targetLines(target);
    this.close = cause instanceof GatewayClosedError ? { code: cause.code, reason: cause.reason } : undefined;
  }
}

export interface CallOptions {
  readonly timeoutMs: number;
  readonly expectFinal?: boolean;
  readonly mode?: 'cli' | 'probe';
}

async function connect(context: CliContext, target: GatewayTarget, options: CallOptions): Promise<GatewayClient> {
  const { stateDir } = resolveStatePaths(context.env);
  const { tlsCertPath } = target;
  const pin =
    target.tlsFingerprint ?? (tlsCertPath === undefined ? undefined : await certificateFingerprint(tlsCertPath));
  const client = createGatewayClient({
    url: target.url,
    client: { id: 'cli', version: context.version, platform: platform(), mode: options.mode ?? 'cli' },
    scopes: SCOPES,
    device: await loadDeviceIdentity(stateDir || homedir(), context.now()),
    connectTimeoutMs: options.timeoutMs,
    requestTimeoutMs: options.timeoutMs,
    ...(target.token !== undefined && { token: target.token }),
    ...(target.password !== undefined && { password: target.password }),
    ...(pin !== undefined && { tlsFingerprint: pin }),
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

function failure(error: unknown, target: GatewayTarget, connected: boolean): unknown {
  if (error instanceof GatewayRequestError) return new GatewayCallError('refused', error.message, target, error);
  if (error instanceof GatewayTimeoutError) {
    return new GatewayCallError(connected ? 'timeout' : 'unreachable', error.message, target, error);
  }
  // A refused or unknown address never became a connection; scripts know that by the words of a 1006 closure.
  if (!connected && isConnectFailure(error)) {
    return failure(Object.assign(new GatewayClosedError(ABNORMAL_CLOSURE, ''), { cause: error }), target, false);
  }
  if (!(error instanceof GatewayClosedError)) return error;
  const message = `gateway closed (${closeWords(error)}): ${error.reason || 'no close reason'}`;
  // A connection lost after the request was sent leaves open whether the gateway took it.
  return new GatewayCallError(connected ? 'timeout' : 'unreachable', message, target, error);
}

const ABNORMAL_CLOSURE = 1006;

function isSystemError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    !(error instanceof GatewayRequestError) &&
    'code' in error &&
    typeof error.code === 'string'
  );
}

/** Refused, unknown, or something else than a gateway answered the upgrade. */
function isConnectFailure(error: unknown): error is Error {
  return isSystemError(error) || (error instanceof Error && error.message.startsWith('Unexpected server response'));
}

function closeWords(error: GatewayClosedError): string {
  return /\(([^()]*(?:\([^()]*\))?[^()]*)\)/.exec(error.message)?.[1] ?? String(error.code);
}

/** An open connection; `request` throws GatewayCallError. */
export interface GatewaySession {
  /** Milliseconds until the gateway had greeted. */
  readonly latencyMs: number;
  request(method: string, params: unknown, options?: Partial<CallOptions>): Promise<unknown>;
  close(): Promise<void>;
}

/** Connects and authenticates. Throws GatewayCallError of kind `unreachable`. */
export async function openGateway(
  context: CliContext,
  target: GatewayTarget,
  options: CallOptions,
): Promise<GatewaySession> {
  const startedAt = context.now();
  const client = await connect(context, target, options).catch((error: unknown) => {
    throw failure(error, target, false);
  });
  return {
    latencyMs: context.now() - startedAt,
    async request(method, params, own = {}) {
      try {
        return await client.request(method, params, {
          timeoutMs: own.timeoutMs ?? options.timeoutMs,
          expectFinal: own.expectFinal === true,
        });
      } catch (error) {
        throw failure(error, target, true);
      }
    },
    close: () => client.close(),
  };
}

/** Opens a connection for the length of `use`. Throws GatewayCallError. */
export async function withGateway<T>(
  context: CliContext,
  target: GatewayTarget,
  options: CallOptions,
  use: (session: GatewaySession) => Promise<T>,
): Promise<T> {
  const session = await openGateway(context, target, options);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** One connection, one request, its final answer. Throws GatewayCallError. */
export function callGateway(
  context: CliContext,
  target: GatewayTarget,
  method: string,
  params: unknown,
  options: CallOptions,
): Promise<unknown> {
  return withGateway(context, target, options, (session) => session.request(method, params, options));
}
