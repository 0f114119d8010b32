import { type AgentRequest, type AgentRuntime, type RunOutcome, stripHeartbeatToken } from '@chela/agent';
import { agentIds, type ConfigService, defaultAgentId } from '@chela/config';
import { type ModelRef, type ModelService, normalizeThinking } from '@chela/models';
import type { Clock } from '@chela/observability';
import { LabelTakenError, type SessionEntry, type Store } from '@chela/store';
import { isolatedPrompt } from './isolated-prompt.ts';
import type { CronJob, CronPayload } from './job.ts';
import type { OccurrenceResult } from './occurrence-result.ts';

export interface IsolatedDeps {
  readonly config: ConfigService;
  readonly agent: Pick<AgentRuntime, 'submit' | 'abort' | 'wait'>;
  readonly models: Pick<ModelService, 'parseRef'>;
  readonly store: Pick<Store, 'sessions'>;
  readonly clock: Clock;
}

/** How long a run of an earlier process is waited for; longer than any run is allowed to take. */
const ADOPTED_WAIT_MS = 24 * 60 * 60 * 1000;
const SUMMARY_MAX_CHARS = 2_000;
/** What a job's session keeps from run to run: how it is set up, not what was said. */
const LASTING = [
  'label',
  'thinkingLevel',
  'verboseLevel',
  'reasoningLevel',
  'providerOverride',
  'modelOverride',
] as const;

type Turn = Extract<CronPayload, { kind: 'agentTurn' }>;

/** The agent a job runs as: an unknown one stands for the default (reference agent/automation.md §1). */
export function agentOfJob(job: Pick<CronJob, 'agentId'>, config: ConfigService): string {
  const current = config.current();
  return job.agentId !== undefined && agentIds(current).includes(job.agentId) ? job.agentId : defaultAgentId(current);
}

/**
 * Runs an agent turn in the job's own session, under a session id of its own (reference agent/automation.md §1.7). The
 * occurrence's id is the run's and the session's: called again after a crash, it finds the run instead of starting another.
 */
export async function runIsolated(
  deps: IsolatedDeps,
  occurrence: { readonly id: string; readonly job: CronJob; readonly payload: Turn },
  signal: AbortSignal,
): Promise<OccurrenceResult> {
  const { id, job, payload } = occurrence;
  const agentId = agentOfJob(job, deps.config);
  const sessionKey = `agent:${agentId}:cron:${job.id}`.toLowerCase();
  const runSessionKey = `${sessionKey}:run:${id}`;
  await openRunSession(deps, { id, name: job.name, agentId, sessionKey, runSessionKey });
  const model = modelOf(deps.models, payload.model);
  const thinking = normalizeThinking(payload.thinking ?? '');
  const isDelivered = job.delivery?.mode === 'announce';
  const request: AgentRequest = {
    runId: id,
    source: 'agent',
    agentId,
    sessionKey,
    requestedSessionKey: sessionKey,
    text: isolatedPrompt(
      { id: job.id, name: job.name, message: payload.message, isDelivered },
      deps.config.current(),
      deps.clock.now(),
    ),
    images: [],
    verbatim: true,
    ...(model !== undefined && { model }),
    ...(thinking !== undefined && { thinking }),
    ...(payload.timeoutSeconds !== undefined && { timeoutMs: payload.timeoutSeconds * 1_000 }),
  };
  const stop = (): void => void deps.agent.abort({ sessionKey, runId: id, origin: 'rpc' });
  signal.addEventListener('abort', stop, { once: true });
  try {
    const submitted = await deps.agent.submit(request);
    const outcome =
      submitted.status === 'inFlight' ? await deps.agent.wait(id, ADOPTED_WAIT_MS) : await submitted.outcome;
    const place = { sessionId: id, sessionKey: runSessionKey };
    if (outcome === undefined)
      return { status: 'error', error: 'the run did not end', ...place, endedAt: deps.clock.now() };
    await followRunSession(deps, { agentId, sessionKey, runSessionKey, id });
    return { ...resultOf(outcome), ...place };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface RunSession {
  readonly id: string;
  readonly agentId: string;
  readonly sessionKey: string;
  readonly runSessionKey: string;
}

/** A new session id for the job's session; what was said before stays with the entry of its own run. */
async function openRunSession(deps: IsolatedDeps, session: RunSession & { readonly name: string }): Promise<void> {
  const { sessions } = deps.store;
  const open =
    (label: string) =>
    (current: SessionEntry | undefined): SessionEntry => {
      if (current?.sessionId === session.id) return current;
      const kept = Object.fromEntries(
        LASTING.flatMap((name) => (current?.[name] === undefined ? [] : [[name, current[name]]])),
      );
      return { ...kept, sessionId: session.id, updatedAt: deps.clock.now(), label };
    };
  const label = `Cron: ${session.name}`;
  try {
    await sessions.upsert(session.sessionKey, session.agentId, open(label));
  } catch (error) {
    if (!(error instanceof LabelTakenError)) throw error;
    await sessions.upsert(session.sessionKey, session.agentId, open(`${label} (${session.sessionKey.slice(-4)})`));
  }
  await followRunSession(deps, session);
}

/** The entry of this run says what the job's session says, under a key that stays. */
async function followRunSession(
  { store }: IsolatedDeps,
  { id, agentId, sessionKey, runSessionKey }: RunSession,
): Promise<void> {
  const entry = (await store.sessions.get(sessionKey))?.entry;
  if (entry?.sessionId !== id) return;
  const { label: _label, ...own } = entry;
  await store.sessions.upsert(runSessionKey, agentId, () => own);
}

/** A name nobody knows stays a name: the run then ends saying that it is unknown. */
function modelOf(models: Pick<ModelService, 'parseRef'>, name: string | undefined): ModelRef | undefined {
  if (name === undefined || name.trim() === '') return undefined;
  return models.parseRef(name) ?? { provider: '', model: name };
}

function resultOf(outcome: RunOutcome): OccurrenceResult {
  const { agentMeta } = outcome.meta;
  const { usage, promptTokens } = agentMeta;
  const facts = {
    ...(agentMeta.model !== '' && { model: agentMeta.model, provider: agentMeta.provider }),
    ...(usage && {
      usage: {
        input_tokens: usage.input,
        output_tokens: usage.output,
        total_tokens: promptTokens ?? usage.input,
      },
    }),
    endedAt: outcome.endedAt,
  };
  if (outcome.kind === 'errored') return { status: 'error', error: outcome.errorMessage, ...facts };
  const last = outcome.payloads.findLast(({ text }) => text.trim() !== '');
  const summary = last === undefined ? {} : { summary: last.text.slice(0, SUMMARY_MAX_CHARS) };
  if (outcome.kind === 'aborted')
    return { status: 'error', error: `aborted: ${outcome.stopReason}`, ...summary, ...facts };
  return { status: 'ok', ...summary, ...contentOf(outcome), ...facts };
}

/** What is to be delivered: the last message, unless it only says that all is well or that nothing is to be sent. */
function contentOf(outcome: Extract<RunOutcome, { kind: 'answered' }>): Pick<OccurrenceResult, 'text' | 'mediaUrls'> {
  const last = outcome.payloads.at(-1);
  if (outcome.silent || last === undefined) return {};
  const mediaUrls = last.mediaUrls ?? [];
  const { shouldSkip } = stripHeartbeatToken(last.text, { mode: 'heartbeat' });
  if (shouldSkip && mediaUrls.length === 0) return {};
  return { text: last.text, ...(mediaUrls.length > 0 && { mediaUrls }) };
}
