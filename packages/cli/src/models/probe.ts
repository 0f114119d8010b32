import { type ModelEvent, type ModelService, parseModelRef } from '@chela/models';
import type { CliContext } from '../context.ts';
import type { ModelDesk } from './model-desk.ts';
import type { ModelsStatus } from './status-report.ts';
import { withModels } from './with-models.ts';

/** What became of a probe of one credential. */
export interface ProbeResult {
  readonly provider: string;
  readonly model: string | null;
  readonly profileId: string | null;
  readonly status: 'ok' | 'auth' | 'rate_limit' | 'billing' | 'timeout' | 'format' | 'unknown' | 'no_model';
  readonly error?: string;
  readonly latencyMs: number | null;
}

export interface ProbeOptions {
  readonly provider: string | undefined;
  readonly profiles: readonly string[];
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly maxTokens: number;
}

interface Target {
  readonly provider: string;
  readonly profileId: string | undefined;
}

/** Asks each provider that has a credential for one word, over the same way as a turn would. */
export function probeProviders(
  context: CliContext,
  desk: ModelDesk,
  report: ModelsStatus,
  options: ProbeOptions,
): Promise<readonly ProbeResult[]> {
  return withModels(context, desk, (models) => probeAll(models, desk, report, options));
}

async function probeAll(
  models: ModelService,
  desk: ModelDesk,
  report: ModelsStatus,
  options: ProbeOptions,
): Promise<readonly ProbeResult[]> {
  const targets = report.auth.providers
    .map(({ provider }) => provider)
    .filter((provider) => options.provider === undefined || provider === options.provider)
    .flatMap((provider): readonly Target[] =>
      options.profiles.length === 0
        ? [{ provider, profileId: undefined }]
        : options.profiles.filter((id) => id.startsWith(`${provider}:`)).map((profileId) => ({ provider, profileId })),
    );
  const known = [...report.allowed, report.resolvedDefault, ...report.fallbacks].flatMap(
    (key) => parseModelRef(key, '') ?? [],
  );
  const catalog = await models.catalog();

  const probe = async ({ provider, profileId }: Target): Promise<ProbeResult> => {
    const model =
      known.find((ref) => ref.provider === provider)?.model ?? catalog.find((row) => row.provider === provider)?.id;
    const base = { provider, model: model === undefined ? null : `${provider}/${model}`, profileId: profileId ?? null };
    if (model === undefined) return { ...base, status: 'no_model', latencyMs: null };
    const startedAt = performance.now();
    const { primary } = await models.select({ agentId: desk.agentId, override: { provider, model } });
    const request = {
      model: primary,
      systemPrompt: '',
      messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Reply with OK.' }], timestamp: 0 }],
      tools: [],
      thinking: 'off' as const,
      maxTokens: options.maxTokens,
      ...(profileId === undefined ? {} : { profile: { id: profileId, isPinned: true } }),
    };
    let end: ModelEvent | undefined;
    for await (const event of models.stream(request, desk.agentId, AbortSignal.timeout(options.timeoutMs))) end = event;
    const latencyMs = Math.round(performance.now() - startedAt);
    if (end?.type !== 'failed') return { ...base, status: 'ok', latencyMs };
    const { reason, message } = end.failure;
    const status =
      reason === 'aborted' ? 'timeout' : reason === 'context_overflow' || reason === 'budget' ? 'unknown' : reason;
    return { ...base, status, error: message, latencyMs };
  };

  const results: ProbeResult[] = [];
  const queue = [...targets];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await probe(next));
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, targets.length) }, work));
  return results.toSorted((a, b) => a.provider.localeCompare(b.provider));
}
