import type { ImagePart, ModelFailure, ProfileChoice, ResolvedModel } from '../driver.ts';
import { refKey } from '../refs.ts';
import type { ModelService } from '../service.ts';

export interface LookRequest {
  readonly agentId: string;
  readonly prompt: string;
  readonly images: readonly ImagePart[];
  /** A model to ask instead of the configured ones; a reference or an alias. */
  readonly model?: string;
  readonly maxTokens?: number;
  readonly runId?: string;
  readonly sessionId?: string;
  readonly profile?: ProfileChoice;
  readonly signal: AbortSignal;
}

export interface LookResult {
  readonly text: string;
  /** `provider/model` that answered. */
  readonly model: string;
  /** Those that failed before it. */
  readonly attempts: readonly { readonly model: string; readonly error: string }[];
}

const OUTPUT_MAX_TOKENS = 4096;
const NO_MODEL_TEXT =
  'No image model configured. Set agents.defaults.imageModel.primary or agents.defaults.imageModel.fallbacks.';

/**
 * Asks the image models of an agent one after the other until one answers (reference agent/models.md §7.6). Rejects with
 * the one failure there was, or all of them in one line.
 */
export async function lookAtImages(models: ModelService, request: LookRequest): Promise<LookResult> {
  const candidates = await candidatesOf(models, request);
  if (candidates.length === 0) throw new Error(NO_MODEL_TEXT);
  const failures: { readonly model: ResolvedModel; readonly failure: Pick<ModelFailure, 'message' | 'reason'> }[] = [];
  for (const model of candidates) {
    const answer = await ask(models, model, request);
    if (typeof answer === 'string') {
      const attempts = failures.map((one) => ({ model: refKey(one.model.ref), error: one.failure.message }));
      return { text: answer, model: refKey(model.ref), attempts };
    }
    failures.push({ model, failure: answer });
    if (request.signal.aborted || answer.reason === 'budget') break;
  }
  const [only, ...others] = failures;
  if (only !== undefined && others.length === 0) throw new Error(only.failure.message);
  const told = failures.map(({ model, failure }) => `${refKey(model.ref)}: ${failure.message} (${failure.reason})`);
  throw new Error(`All image models failed (${failures.length}): ${told.join(' | ')}`);
}

async function candidatesOf(models: ModelService, { agentId, model }: LookRequest): Promise<readonly ResolvedModel[]> {
  if (model === undefined) return models.imageModels(agentId);
  const override = models.parseRef(model);
  if (override === undefined) throw new Error(`invalid model: ${model}`);
  return [(await models.select({ agentId, override })).primary];
}

async function ask(
  models: ModelService,
  model: ResolvedModel,
  request: LookRequest,
): Promise<string | Pick<ModelFailure, 'message' | 'reason'>> {
  if (!model.input.includes('image')) return { message: 'Model does not support images', reason: 'format' };
  let text = '';
  const { agentId, prompt, images, signal, runId, sessionId, profile } = request;
  const events = models.stream(
    {
      model,
      systemPrompt: '',
      messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, ...images], timestamp: 0 }],
      tools: [],
      thinking: 'off',
      maxTokens: Math.min(request.maxTokens ?? OUTPUT_MAX_TOKENS, OUTPUT_MAX_TOKENS, model.maxTokens),
      ...(runId === undefined ? {} : { runId }),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(profile === undefined ? {} : { profile }),
    },
    agentId,
    signal,
  );
  for await (const event of events) {
    if (event.type === 'textDelta') text += event.text;
    if (event.type === 'failed') return event.failure;
  }
  const answer = text.trim();
  return answer === '' ? { message: 'Image model returned no text', reason: 'unknown' } : answer;
}
