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

const SCOPES = ['operator.admin', 'operator.approvals', 'operator.pairing'];

/** Why a call failed: nothing was sent, no answer came in time, or the gateway said no. */
export type CallFailureKind = 'unreachable' | 'timeout' | 'refused';

export class GatewayCallError extends Error {
  override readonly name = 'GatewayCallError';
  readonly kind: CallFailureKind;
  /** Where the call went, for people; empty when the gateway answered. */
  readonly detailLines: readonly string[];
  readonly close: { readonly code: number; readonly reason: string } | undefined;

  constructor(kind: CallFailureKind, message: string, target: GatewayTarget, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
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
  const client = createGatewayClient({
    url: target.url,
    client: { id: 'cli', version: context.version, platform: platform(), mode: options.mode ?? 'cli' },
    scopes: SCOPES,
    device: await loadDeviceIdentity(stateDir || homedir(), context.now()),
    connectTimeoutMs: options.timeoutMs,
    requestTimeoutMs: options.timeoutMs,
    ...(target.token !== undefined && { token: target.token }),
    ...(target.password !== undefined && { password: target.password }),
    ...(target.tlsFingerprint !== undefined && { tlsFingerprint: target.tlsFingerprint }),
  });
  await client.connect();
  return client;
}

function failure(error: unknown, target: GatewayTarget, connected: boolean): unknown {
  if (error instanceof GatewayRequestError) return new GatewayCallError('refused', error.message, target, error);
  if (error instanceof GatewayTimeoutError) {
    return new GatewayCallError(connected ? 'timeout' : 'unreachable', error.message, target, error);
  }
  // A refused or unknown address never became a connection; scripts know that by the words of a 1006 closure.
  if (!connected && isSystemError(error)) return failure(new GatewayClosedError(ABNORMAL_CLOSURE, ''), target, false);
  if (!(error instanceof GatewayClosedError)) return error;
  const message = `gateway closed (${closeWords(error)}): ${error.reason || 'no close reason'}`;
  // A connection lost after the request was sent leaves open whether the gateway took it.
  return new GatewayCallError(connected ? 'timeout' : 'unreachable', message, target, error);
}

const ABNORMAL_CLOSURE = 1006;

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

function closeWords(error: GatewayClosedError): string {
  return /\(([^()]*(?:\([^()]*\))?[^()]*)\)/.exec(error.message)?.[1] ?? String(error.code);
}

/** One connection, one request, its final answer. Throws GatewayCallError. */
export async function callGateway(
  context: CliContext,
  target: GatewayTarget,
  method: string,
  params: unknown,
  options: CallOptions,
): Promise<unknown> {
  let client: GatewayClient | undefined;
  try {
    client = await connect(context, target, options);
    return await client.request(method, params, {
      timeoutMs: options.timeoutMs,
      expectFinal: options.expectFinal === true,
    });
  } catch (error) {
    throw failure(error, target, client !== undefined);
  } finally {
    await client?.close();
  }
}

export interface ProbedGateway {
  readonly latencyMs: number;
  readonly status: unknown;
  readonly health: unknown;
  readonly presence: unknown;
  readonly config: unknown;
}

/** Asks a gateway who it is, over one connection. Throws GatewayCallError. */
export async function probeGateway(
  context: CliContext,
  target: GatewayTarget,
  timeoutMs: number,
): Promise<ProbedGateway> {
  let client: GatewayClient | undefined;
  try {
    const startedAt = context.now();
    client = await connect(context, target, { timeoutMs, mode: 'probe' });
    const latencyMs = context.now() - startedAt;
    const [health, status, presence, config] = await Promise.all([
      client.request('health', {}),
      client.request('status', {}),
      client.request('system-presence', {}),
      client.request('config.get', {}),
    ]);
    return { latencyMs, health, status, presence, config };
  } catch (error) {
    throw failure(error, target, client !== undefined);
  } finally {
    await client?.close();
  }
}
