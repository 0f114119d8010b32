import type { Clock } from '@chela/observability';
import { knownProvider } from '../catalog/known-providers.ts';
import type { ModelEvent, ResolvedModel } from '../driver.ts';
import { readBody } from '../drivers/read-body.ts';
import type { Transport } from '../drivers/transport.ts';
import { parseJson } from '../json-shape.ts';
import type { ModelService } from '../service.ts';
import { type FreeModel, type FreeModelFilter, freeModels } from './free-models.ts';

/** What became of one question to a model. */
export interface ScanProbe {
  readonly ok: boolean;
  readonly latencyMs: number | null;
  readonly error?: string;
  /** It was not asked. */
  readonly skipped?: true;
}

export interface ScannedModel extends FreeModel {
  readonly tool: ScanProbe;
  readonly image: ScanProbe;
}

export interface ScanOptions extends FreeModelFilter {
  /** Ask each model whether it calls a tool and sees an image; otherwise the list alone is read. */
  readonly probe: boolean;
  /** How long one question may take, milliseconds. */
  readonly timeoutMs: number;
  /** How many models are asked at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

export interface ScanDeps {
  readonly models: ModelService;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly agentId: string;
}

const PROVIDER = 'openrouter';
const LIST_LIMIT_CHARS = 16 * 1024 * 1024;
const ANSWER_MAX_TOKENS = 64;
const NOT_ASKED: ScanProbe = { ok: false, latencyMs: null, skipped: true };
const PING = {
  name: 'ping',
  description: 'Answers with pong.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
};
/** One white pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==';

/**
 * OpenRouter's free models, best first: those that see, then by how fast they call a tool, by window and by size. Rejects
 * when the list cannot be read.
 */
export async function scanModels(deps: ScanDeps, options: ScanOptions): Promise<readonly ScannedModel[]> {
  const found = freeModels(await listOfModels(deps, options.signal), options, deps.clock.now());
  const scanned: ScannedModel[] = [];
  const waiting = found.values();
  const work = async (): Promise<void> => {
    for (const model of waiting) scanned.push(await probed(deps, model, options));
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(options.concurrency, found.length)) }, work));
  return scanned.toSorted(byUse);
}

/** The address of the configuration counts, as for calls. */
async function listOfModels({ models, transport, agentId }: ScanDeps, signal: AbortSignal): Promise<unknown> {
  const { primary } = await models.select({ agentId, override: { provider: PROVIDER, model: 'auto' } });
  const baseUrl = primary.baseUrl === '' ? (knownProvider(PROVIDER)?.baseUrl ?? '') : primary.baseUrl;
  const url = `${baseUrl.replace(/\/$/, '')}/models`;
  const response = await transport({ url, method: 'GET', headers: { accept: 'application/json' }, signal });
  const text = await readBody(response, LIST_LIMIT_CHARS);
  if (response.status !== 200) throw new Error(`OpenRouter's list of models answered ${response.status}`);
  return parseJson(text);
}

async function probed(deps: ScanDeps, model: FreeModel, options: ScanOptions): Promise<ScannedModel> {
  if (!options.probe) return { ...model, tool: NOT_ASKED, image: NOT_ASKED };
  const { primary } = await deps.models.select({
    agentId: deps.agentId,
    override: { provider: PROVIDER, model: model.id },
  });
  const resolved: ResolvedModel = { ...primary, input: ['text', 'image'] };
  const tool = await ask(deps, resolved, 'tool', options);
  const sees = model.modality === null || model.modality.split('->')[0]?.includes('image') === true;
  // A model that calls no tools is of no use, whatever it sees.
  const image = tool.ok && sees ? await ask(deps, resolved, 'image', options) : NOT_ASKED;
  return { ...model, tool, image };
}

async function ask(
  { models, agentId }: ScanDeps,
  model: ResolvedModel,
  kind: 'tool' | 'image',
  { timeoutMs, signal }: ScanOptions,
): Promise<ScanProbe> {
  const startedAt = performance.now();
  const text = kind === 'tool' ? 'Call the tool "ping" and say nothing else.' : 'Say OK if you see this image.';
  const image = { type: 'image' as const, data: PIXEL, mimeType: 'image/png' };
  const content = [{ type: 'text' as const, text }, ...(kind === 'image' ? [image] : [])];
  const request = {
    model,
    systemPrompt: '',
    messages: [{ role: 'user' as const, content, timestamp: 0 }],
    tools: kind === 'tool' ? [PING] : [],
    thinking: 'off' as const,
    maxTokens: ANSWER_MAX_TOKENS,
  };
  let hasCalled = false;
  let end: ModelEvent | undefined;
  for await (const event of models.stream(
    request,
    agentId,
    AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  )) {
    if (event.type === 'toolCall') hasCalled = true;
    end = event;
  }
  const latencyMs = Math.round(performance.now() - startedAt);
  if (end?.type === 'failed') return { ok: false, latencyMs, error: end.failure.message };
  if (kind === 'tool' && !hasCalled) return { ok: false, latencyMs, error: 'No tool call returned' };
  return { ok: true, latencyMs };
}

function byUse(a: ScannedModel, b: ScannedModel): number {
  const latency = ({ tool }: ScannedModel): number => (tool.ok ? (tool.latencyMs ?? 0) : Number.MAX_SAFE_INTEGER);
  return (
    Number(b.image.ok) - Number(a.image.ok) ||
    latency(a) - latency(b) ||
    (b.contextLength ?? 0) - (a.contextLength ?? 0) ||
    (b.inferredParamB ?? 0) - (a.inferredParamB ?? 0) ||
    a.id.localeCompare(b.id)
  );
}
