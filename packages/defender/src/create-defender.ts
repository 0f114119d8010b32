import { hash } from 'node:crypto';
import type { Clock, Logger } from '@chela/observability';
import type { ActionRequest } from './action-request.ts';
import { bonusGuard } from './baseline/bonus-guard.ts';
import { createRawCommandGuard } from './baseline/command-guard.ts';
import { createIntegrityGuard } from './baseline/integrity-guard.ts';
import { createPatternCache } from './baseline/pattern-cache.ts';
import { createPromptGuard } from './baseline/prompt-guard.ts';
import { createRawCommandReader, type RawCommandReader } from './baseline/raw-command.ts';
import { createReputationGuard } from './baseline/reputation-guard.ts';
import type { Decision } from './decision.ts';
import { decide, leaveToReview, unrecorded } from './engine/decide.ts';
import { createDecisionCache } from './engine/decision-cache.ts';
import { evaluate } from './engine/evaluate.ts';
import { createWorkerSlots, EvaluationQueueFullError } from './engine/worker-slots.ts';
import type { Guard } from './finding.ts';
import type { DefenderSettings } from './settings/settings.ts';

/** A decision with the request it is about. */
export interface Judgement {
  readonly request: ActionRequest;
  readonly decision: Decision;
}

/** Judges actions before they run (reference defender/defender.md). */
export interface Defender {
  /** Never rejects: what cannot be judged is for a person to review. */
  judge(request: ActionRequest): Promise<Decision>;
  /** Called once for each decision that was made, not for repeated ids. The returned function ends it. */
  subscribe(listener: (judgement: Judgement) => void): () => void;
  /** Forgets the decisions of ids; to be called when the settings change. */
  forget(): void;
}

export interface DefenderDeps {
  /** Read anew for each action. */
  readonly settings: (request: ActionRequest) => DefenderSettings;
  /** Guards beyond the baseline, asked when `rules` is `full`. */
  readonly guards: (commands: RawCommandReader) => readonly Guard[];
  /** Keeps a blocked action. */
  readonly quarantine: { put(request: ActionRequest, decision: Decision): Promise<unknown> };
  /** Keeps a decision for good before it is given; rejects when it cannot, and a person decides then. */
  readonly record?: (judgement: Judgement) => Promise<void>;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createDefender(deps: DefenderDeps): Defender {
  const { clock, logger, quarantine } = deps;
  const listeners = new Set<(judgement: Judgement) => void>();
  const patterns = createPatternCache();
  const commands = createRawCommandReader(patterns);
  const baseline: readonly Guard[] = [
    createPromptGuard(patterns),
    createRawCommandGuard(commands),
    bonusGuard,
    createIntegrityGuard(),
    createReputationGuard({ fetch: deps.fetch, now: () => clock.now() }),
  ];
  const full: readonly Guard[] = [...baseline, ...deps.guards(commands)];
  const slots = createWorkerSlots();
  const cache = createDecisionCache({ now: () => clock.now() });

  async function conclude(request: ActionRequest, settings: DefenderSettings): Promise<Decision> {
    const guards = settings.rules === 'full' ? full : baseline;
    const report = (error: unknown): void => logger.error('a guard failed', { error, requestId: request.id });
    try {
      const evaluation = await slots.run(settings, () => evaluate(guards, request, settings, report));
      if (evaluation.kind === 'complete') return decide(request, evaluation.findings, settings);
      return leaveToReview(request, 'timeout', 'the action could not be judged in time');
    } catch (error) {
      if (!(error instanceof EvaluationQueueFullError)) throw error;
      return leaveToReview(request, 'overloaded', error.message);
    }
  }

  async function recorded(request: ActionRequest, decision: Decision): Promise<Decision> {
    try {
      await deps.record?.({ request, decision });
      return decision;
    } catch (error) {
      logger.error('a decision could not be recorded', { error, requestId: request.id });
      return unrecorded(decision);
    }
  }

  async function make(request: ActionRequest, settings: DefenderSettings): Promise<Decision> {
    const decision = await recorded(request, await conclude(request, settings));
    const wouldBlock = decision.action === 'block' || decision.tags.includes('audit_only');
    if (wouldBlock) {
      await quarantine.put(request, decision).catch((error: unknown) => {
        logger.error('a blocked action could not be put into quarantine', { error, requestId: request.id });
      });
    }
    for (const listener of listeners) {
      try {
        listener({ request, decision });
      } catch (error) {
        logger.error('a listener of decisions failed', { error });
      }
    }
    return decision;
  }

  return {
    judge(request) {
      const settings = deps.settings(request);
      const key = idempotencyKey(request, settings);
      const known = cache.get(key);
      if (known !== undefined) return known;
      const decision = make(request, settings);
      cache.set(key, decision, settings.idempotency);
      return decision;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forget: () => cache.clear(),
  };
}

/** The baseline goes by the id alone; beyond it, another action under a used id is another action. */
function idempotencyKey(request: ActionRequest, { rules }: DefenderSettings): string {
  if (rules === 'baseline') return request.id;
  const { id, prompt, command, tool, channel, url, filePath } = request;
  const action = JSON.stringify([prompt, command, tool, channel, url, filePath]);
  return `${id}:${hash('sha256', action, 'base64url')}`;
}
