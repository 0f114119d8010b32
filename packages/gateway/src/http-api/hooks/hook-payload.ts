import { type WakeMode, wakeModeOf } from './hook-mapping.ts';

type Payload = Readonly<Record<string, unknown>>;
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** A checked body of `/hooks/agent`. */
export interface HookAgentPayload {
  readonly message: string;
  readonly name: string;
  readonly wakeMode: WakeMode;
  readonly deliver: boolean;
  readonly channel: string;
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly to?: string;
  readonly model?: string;
  readonly thinking?: string;
  readonly timeoutSeconds?: number;
}

export const DEFAULT_HOOK_NAME = 'Hook';

/** The body of `/hooks/wake` (reference protocol/http.md §5). */
export function readWakePayload(payload: Payload): Reading<{ readonly text: string; readonly mode: WakeMode }> {
  const text = textOf(payload.text);
  return text === undefined
    ? { ok: false, error: 'text required' }
    : { ok: true, value: { text, mode: wakeModeOf(payload.mode) } };
}

/** The body of `/hooks/agent`; `channels` are those that are loaded (reference protocol/http.md §5). */
export function readAgentPayload(payload: Payload, channels: readonly string[]): Reading<HookAgentPayload> {
  const message = textOf(payload.message);
  if (message === undefined) return { ok: false, error: 'message required' };
  const channel = readHookChannel(payload.channel, channels);
  if (!channel.ok) return channel;
  const model = textOf(payload.model);
  if (payload.model !== undefined && model === undefined) return { ok: false, error: 'model required' };
  const [agentId, sessionKey, to, thinking] = [payload.agentId, payload.sessionKey, payload.to, payload.thinking].map(
    textOf,
  );
  const timeoutSeconds = readTimeoutSeconds(payload.timeoutSeconds);
  return {
    ok: true,
    value: {
      message,
      name: textOf(payload.name) ?? DEFAULT_HOOK_NAME,
      wakeMode: wakeModeOf(payload.wakeMode),
      deliver: payload.deliver !== false,
      channel: channel.value,
      ...(agentId !== undefined && { agentId }),
      ...(sessionKey !== undefined && { sessionKey }),
      ...(to !== undefined && { to }),
      ...(model !== undefined && { model }),
      ...(thinking !== undefined && { thinking }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    },
  };
}

export function readHookChannel(value: unknown, channels: readonly string[]): Reading<string> {
  if (value === undefined) return { ok: true, value: 'last' };
  const name = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  const known = ['last', ...channels];
  if (name !== undefined && known.includes(name)) return { ok: true, value: name };
  return { ok: false, error: `channel must be ${known.join('|')}` };
}

function readTimeoutSeconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : undefined;
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
