import { randomUUID } from 'node:crypto';
import { ProtocolError } from '@chela/protocol';
import type { HttpGate } from '../auth/bearer.ts';
import { type Exchange, type HttpHandler, replyJson } from '../http/exchange.ts';
import type { GatewayServices } from '../method.ts';
import { readApiBody } from './api-body.ts';
import { replyApiError, replyInvalid, replyPostOnly } from './api-error.ts';
import { refuseStranger } from './bearer-gate.ts';
import { readChatRequest } from './chat-request.ts';
import { openEventStream } from './event-stream.ts';
import { runTarget } from './run-target.ts';
import { type HttpTurn, NO_ANSWER, outcomeText, runHttpTurn } from './run-turn.ts';
import { endpointSettings } from './settings.ts';

const PATH = '/v1/chat/completions';
const BODY_MAX_BYTES = 1024 * 1024;
const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } as const;

interface Completion {
  readonly turn: HttpTurn;
  readonly model: string;
  /** Seconds since the epoch. */
  readonly created: number;
}

/** `POST /v1/chat/completions` (reference protocol/http.md §2). */
export function createChatCompletions(services: GatewayServices, gate: HttpGate): HttpHandler {
  return async (exchange) => {
    const config = services.config.current();
    if (exchange.url.pathname !== PATH || endpointSettings(config, 'chatCompletions') === undefined) return false;
    if (exchange.method !== 'POST') return replyPostOnly(exchange);
    if (await refuseStranger(exchange, gate)) return true;
    const body = await readApiBody(exchange, { maxBytes: BODY_MAX_BYTES, clock: services.clock });
    if (body === undefined) return true;
    const { prompt, model, user, stream, extraSystemPrompt } = readChatRequest(body.value);
    const target = runTarget(config, exchange.peer.header, { model, user, sessionPrefix: 'openai' });
    if (!target.ok) return replyInvalid(exchange, target.message);
    if (prompt === '') return replyInvalid(exchange, 'Missing user message in `messages`.');
    const turn = { runId: `chatcmpl_${randomUUID()}`, target, text: prompt, images: [], extraSystemPrompt };
    const completion = { turn, model, created: Math.floor(services.clock.now() / 1_000) };
    return stream ? streamed(services, exchange, completion) : whole(services, exchange, completion);
  };
}

async function whole(
  services: GatewayServices,
  exchange: Exchange,
  { turn, model, created }: Completion,
): Promise<true> {
  try {
    const outcome = await runHttpTurn(services, turn, () => {});
    const message = { role: 'assistant', content: outcomeText(outcome) ?? NO_ANSWER };
    return replyJson(exchange, 200, {
      id: turn.runId,
      object: 'chat.completion',
      created,
      model,
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: NO_USAGE,
    });
  } catch (error) {
    if (error instanceof ProtocolError) return replyInvalid(exchange, error.message);
    services.logger.error('a chat completion failed', { runId: turn.runId, error });
    return replyApiError(exchange, 500, 'api_error', 'internal error');
  }
}

/** The original sends nothing of an answer that was not streamed, e.g. a provider's refusal; here it is sent whole. */
async function streamed(
  services: GatewayServices,
  exchange: Exchange,
  { turn, model, created }: Completion,
): Promise<true> {
  const events = openEventStream(exchange);
  const chunk = (choice: Readonly<Record<string, unknown>>): void =>
    events.send({
      id: turn.runId,
      object: 'chat.completion.chunk',
      created,
      model,
      choices: [{ index: 0, ...choice }],
    });
  let begun = false;
  const say = (content: string): void => {
    if (!begun) chunk({ delta: { role: 'assistant' } });
    begun = true;
    chunk({ delta: { content }, finish_reason: null });
  };
  try {
    const outcome = await runHttpTurn(services, turn, say);
    if (!begun) say(outcomeText(outcome) ?? NO_ANSWER);
    else if (outcome.kind === 'errored') say(`\n\n${outcome.errorMessage}`);
  } catch (error) {
    services.logger.error('a chat completion failed', { runId: turn.runId, error });
    chunk({ delta: { content: 'Error: internal error' }, finish_reason: 'stop' });
  }
  events.done();
  return true;
}
