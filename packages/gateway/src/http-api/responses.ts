import { randomUUID } from 'node:crypto';
import { ProtocolError } from '@chela/protocol';
import type { HttpGate } from '../auth/bearer.ts';
import { type Exchange, type HttpHandler, replyJson } from '../http/exchange.ts';
import type { GatewayServices } from '../method.ts';
import { readApiBody } from './api-body.ts';
import { replyInvalid, replyPostOnly } from './api-error.ts';
import { refuseStranger } from './bearer-gate.ts';
import { openEventStream } from './event-stream.ts';
import { createPdfReader, type PdfReader } from './pdf-text.ts';
import { contractForm } from './responses-dialect.ts';
import { type ResponsesLimits, responsesLimits } from './responses-limits.ts';
import { responsesPrompt } from './responses-prompt.ts';
import {
  failedState,
  functionCalls,
  messageItem,
  outcomeUsage,
  type ResponseHead,
  responseResource,
} from './responses-resource.ts';
import type { ResponsesBody } from './responses-schema.ts';
import type { Sources } from './responses-sources.ts';
import { openResponsesStream } from './responses-stream.ts';
import { readToolRequest } from './responses-tools.ts';
import { runTarget } from './run-target.ts';
import { type HttpTurn, NO_ANSWER, outcomeText, runHttpTurn } from './run-turn.ts';
import { endpointSettings } from './settings.ts';

const PATH = '/v1/responses';
const INTERNAL_ERROR = 'internal error';

/** How the files and images of a request are read. */
interface SourceReading {
  readonly limits: ResponsesLimits;
  readonly readPdf: PdfReader;
}

/** `POST /v1/responses` (reference protocol/http.md §3). */
export function createResponses(services: GatewayServices, gate: HttpGate): HttpHandler {
  const readPdf = createPdfReader(services.clock);
  return async (exchange) => {
    const settings = endpointSettings(services.config.current(), 'responses');
    if (exchange.url.pathname !== PATH || settings === undefined) return false;
    if (exchange.method !== 'POST') return replyPostOnly(exchange);
    if (await refuseStranger(exchange, gate)) return true;
    const limits = responsesLimits(settings);
    const read = await readApiBody(exchange, { maxBytes: limits.maxBodyBytes, clock: services.clock });
    if (read === undefined) return true;
    const { parseResponsesBody } = await import('./responses-schema.ts');
    const parsed = parseResponsesBody(contractForm(read.value));
    if (!parsed.ok) return replyInvalid(exchange, parsed.message);
    return respond(services, exchange, parsed.body, { limits, readPdf });
  };
}

async function respond(
  services: GatewayServices,
  exchange: Exchange,
  body: ResponsesBody,
  reading: SourceReading,
): Promise<true> {
  const { prompt, system, parts } = responsesPrompt(body.input);
  const sources = await sourcesOf(services, exchange, parts, reading);
  if (sources === undefined) return replyInvalid(exchange, 'invalid request');
  const tools = readToolRequest(body);
  if (!tools.ok) return replyInvalid(exchange, 'invalid tool configuration');
  const { model, user } = body;
  const target = runTarget(services.config.current(), exchange.peer.header, {
    model,
    user,
    sessionPrefix: 'openresponses',
  });
  if (!target.ok) return replyInvalid(exchange, target.message);
  if (prompt === '') return replyInvalid(exchange, 'Missing user message in `input`.');
  const texts = [body.instructions ?? '', ...system, ...sources.files, tools.instruction ?? ''];
  const extra = texts.filter((text) => text.trim() !== '');
  const turn: HttpTurn = {
    runId: `resp_${randomUUID()}`,
    target,
    text: prompt,
    images: sources.images,
    extraSystemPrompt: extra.length === 0 ? undefined : extra.join('\n\n'),
    clientTools: tools.clientTools,
  };
  const head = { id: turn.runId, model, createdAt: Math.floor(services.clock.now() / 1_000) };
  return body.stream === true ? streamed(services, exchange, turn, head) : whole(services, exchange, turn, head);
}

/** Undefined when one of the sources cannot be used; why is for the log, not for the client. */
async function sourcesOf(
  services: GatewayServices,
  exchange: Exchange,
  parts: Parameters<typeof import('./responses-sources.ts').loadSources>[0],
  { limits, readPdf }: SourceReading,
): Promise<Sources | undefined> {
  const gone = new AbortController();
  const leave = (): void => gone.abort(new Error('the client left'));
  exchange.response.once('close', leave);
  try {
    const { loadSources } = await import('./responses-sources.ts');
    return await loadSources(parts, limits, { readPdf, signal: gone.signal });
  } catch (error) {
    services.logger.warn('a source of a response request could not be used', { error });
    return undefined;
  } finally {
    exchange.response.off('close', leave);
  }
}

async function whole(services: GatewayServices, exchange: Exchange, turn: HttpTurn, head: ResponseHead): Promise<true> {
  try {
    const outcome = await runHttpTurn(services, turn, () => {});
    const usage = outcomeUsage(outcome);
    const calls = functionCalls(outcome);
    if (calls.length > 0) {
      return replyJson(exchange, 200, responseResource(head, { status: 'incomplete', output: calls, usage }));
    }
    const item = messageItem(newItemId(), outcomeText(outcome) ?? NO_ANSWER, 'completed');
    return replyJson(exchange, 200, responseResource(head, { status: 'completed', output: [item], usage }));
  } catch (error) {
    if (error instanceof ProtocolError) return replyInvalid(exchange, error.message);
    services.logger.error('a response failed', { runId: turn.runId, error });
    return replyJson(exchange, 500, responseResource(head, failedState(INTERNAL_ERROR)));
  }
}

async function streamed(
  services: GatewayServices,
  exchange: Exchange,
  turn: HttpTurn,
  head: ResponseHead,
): Promise<true> {
  const stream = openResponsesStream(openEventStream(exchange), head, newItemId());
  try {
    const outcome = await runHttpTurn(services, turn, stream.say);
    const calls = functionCalls(outcome);
    if (calls.length > 0) stream.handOver(calls, outcomeUsage(outcome));
    else stream.complete(outcomeText(outcome) ?? NO_ANSWER, outcomeUsage(outcome));
  } catch (error) {
    services.logger.error('a response failed', { runId: turn.runId, error });
    stream.fail(INTERNAL_ERROR);
  }
  return true;
}

const newItemId = (): string => `msg_${randomUUID()}`;
