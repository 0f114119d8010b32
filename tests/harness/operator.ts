import { createDeviceIdentity, createGatewayClient, type GatewayClient } from '@chela/protocol';

export interface ChatEnd {
  readonly state: string;
  readonly text: string;
  readonly errorMessage: string | undefined;
}

export interface Operator {
  readonly client: GatewayClient;
  request(method: string, params?: unknown): Promise<unknown>;
  /** Sends a chat message and resolves with the last event of its run. */
  say(sessionKey: string, message: string, runId?: string): Promise<ChatEnd>;
  close(): Promise<void>;
}

const END_STATES = new Set(['final', 'error', 'aborted']);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function messageText(message: unknown): string {
  if (!isRecord(message)) return '';
  if (typeof message.content === 'string') return message.content;
  const blocks = Array.isArray(message.content) ? message.content : [];
  return blocks.flatMap((block) => (isRecord(block) && typeof block.text === 'string' ? [block.text] : [])).join('');
}

/** An operator with a device of its own and every scope. */
export async function connectOperator(
  url: string,
  token: string,
  scopes: readonly string[] = ['operator.admin'],
): Promise<Operator> {
  const client = createGatewayClient({
    url,
    token,
    scopes,
    client: { id: 'test', version: '1.0.0', platform: 'linux', mode: 'test' },
    device: createDeviceIdentity(),
  });
  await client.connect();
  const say = async (sessionKey: string, message: string, runId: string = crypto.randomUUID()): Promise<ChatEnd> => {
    const ended = Promise.withResolvers<ChatEnd>();
    const stop = client.onEvent(({ event, payload }) => {
      if (event !== 'chat' || !isRecord(payload) || payload.runId !== runId || !END_STATES.has(String(payload.state)))
        return;
      const errorMessage = typeof payload.errorMessage === 'string' ? payload.errorMessage : undefined;
      ended.resolve({ state: String(payload.state), text: messageText(payload.message), errorMessage });
    });
    try {
      await client.request('chat.send', { sessionKey, message, idempotencyKey: runId });
      return await ended.promise;
    } finally {
      stop();
    }
  };
  return { client, request: (method, params = {}) => client.request(method, params), say, close: () => client.close() };
}
