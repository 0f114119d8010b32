import type { AgentRuntime, RunOutcome } from '@chela/agent';
import type { Announcer } from '@chela/automation';
import type { ModelService, ThinkingLevel } from '@chela/models';
import type { Clock } from '@chela/observability';
import type { Store } from '@chela/store';
import { type AgentCaller, type CalledOutcome, type CalledTurn, deliveryPlaceOf } from '@chela/tools';

const THINKING_LEVELS: readonly ThinkingLevel[] = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh'];

/** People read it there without being told. */
const WEB_CHAT = 'webchat';

function textField(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The longest a timer can wait, about 24 days. */
const WAIT_MAX_MS = 2_147_483_647;

const ABORTED_AS = { timeout: 'timeout', restart: 'interrupted', rpc: 'aborted', stop: 'aborted' } as const;

function calledOutcome(outcome: RunOutcome): CalledOutcome {
  if (outcome.kind === 'aborted') return { status: ABORTED_AS[outcome.stopReason], reply: outcome.partialText };
  const reply = outcome.payloads.map((payload) => payload.text).join('\n\n');
  return outcome.kind === 'errored' ? { status: 'error', reply, error: outcome.errorMessage } : { status: 'ok', reply };
}

/** Runs turns that tools ask for in other sessions, in those sessions' own lanes. */
export function createAgentCaller(deps: {
  runtime: () => AgentRuntime;
  store: Store;
  models: ModelService;
  clock: Clock;
  /** The way to the channels; none without a gateway. */
  announcer: () => Announcer | undefined;
}): AgentCaller {
  const { store, models, clock } = deps;

  /** A new session remembers who started it, and under which name and model. */
  async function prepareSession(turn: CalledTurn): Promise<void> {
    const override = turn.model === undefined ? undefined : models.parseRef(turn.model);
    if (!turn.spawn && !override) return;
    await store.sessions.upsert(turn.sessionKey, turn.agentId, (current) => ({
      ...(current ?? { sessionId: crypto.randomUUID() }),
      updatedAt: clock.now(),
      ...(turn.spawn && { spawnedBy: turn.spawn.by }),
      ...(turn.spawn?.depth !== undefined && { spawnDepth: turn.spawn.depth }),
      ...(turn.spawn?.label !== undefined && { label: turn.spawn.label }),
      ...(override && { providerOverride: override.provider, modelOverride: override.model }),
    }));
  }

  return {
    async modelProblem(model, agentId) {
      const ref = models.parseRef(model);
      if (ref === undefined) return `Unrecognized model "${model}".`;
      if (await models.allowed(ref, agentId)) return undefined;
      return `Model "${ref.provider}/${ref.model}" is not allowed.`;
    },
    async start(turn) {
      await prepareSession(turn);
      const thinking = THINKING_LEVELS.find((level) => level === turn.thinking);
      const submitted = await deps.runtime().submit({
        runId: turn.runId,
        source: 'agent',
        agentId: turn.agentId,
        sessionKey: turn.sessionKey,
        requestedSessionKey: turn.sessionKey,
        text: turn.text,
        images: [],
        ...(turn.extraSystemPrompt !== undefined && { extraSystemPrompt: turn.extraSystemPrompt }),
        ...(turn.timeoutMs !== undefined && { timeoutMs: turn.timeoutMs }),
        ...(turn.source && {
          provenance: {
            kind: 'inter_session' as const,
            sourceSessionKey: turn.source.sessionKey,
            sourceChannel: turn.source.channel,
            sourceTool: turn.source.tool,
          },
        }),
        ...(thinking !== undefined && { thinking }),
        ...(turn.deliverTo !== undefined && { deliverTo: turn.deliverTo }),
      });
      const session = await store.sessions.get(turn.sessionKey);
      const settled: Promise<RunOutcome | undefined> =
        submitted.status === 'inFlight'
          ? deps.runtime().wait(turn.runId, WAIT_MAX_MS)
          : Promise.resolve(submitted.outcome);
      const outcome = settled.then(
        (ended): CalledOutcome => (ended ? calledOutcome(ended) : { status: 'interrupted', reply: '' }),
        (error: unknown): CalledOutcome => ({
          status: 'error',
          reply: '',
          error: error instanceof Error ? error.message : String(error),
        }),
      );
      return { outcome, ...(session && { sessionId: session.entry.sessionId }) };
    },
    async announce({ key, agentId, sessionKey, text }) {
      const { entry } = (await store.sessions.get(sessionKey)) ?? {};
      const own = deliveryPlaceOf(sessionKey);
      const last = { channel: textField(entry?.lastChannel), to: textField(entry?.lastTo) };
      const { channel, to } = own ?? last;
      if (channel === undefined || to === undefined || channel === WEB_CHAT) return;
      await deps.announcer()?.announce({ key, agentId, channel, to, text, mediaUrls: [] });
    },
    async abort(sessionKey, runId) {
      const { runIds } = await deps.runtime().abort({ sessionKey, runId, origin: 'rpc' });
      return runIds.includes(runId);
    },
  };
}
