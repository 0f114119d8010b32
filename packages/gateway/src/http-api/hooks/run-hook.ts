import { randomUUID } from 'node:crypto';
import type { AgentRequest, RunOutcome } from '@chela/agent';
import { type ModelRef, normalizeThinking } from '@chela/models';
import type { GatewayServices } from '../../method.ts';
import { mainSessionOf, noteForMainSession } from '../../methods/main-session-note.ts';
import { outcomeText } from '../run-turn.ts';
import { settingAt, textSetting } from '../settings.ts';
import { hookPrompt } from './hook-prompt.ts';
import type { HookTarget } from './hook-target.ts';

/** A hook that starts a run, checked and routed. */
export interface HookRun {
  readonly target: HookTarget;
  readonly message: string;
  readonly name: string;
  readonly trusted: boolean;
  readonly deliver: boolean;
  /** A channel id, or `last`. */
  readonly channel: string;
  readonly to: string | undefined;
  readonly wakeMode: 'now' | 'next-heartbeat';
  readonly model: string | undefined;
  readonly thinking: string | undefined;
  readonly timeoutSeconds: number | undefined;
}

const SUMMARY_MAX_CHARS = 2_000;

/**
 * Writes the hook's run to the ledger and returns its id; the run starts over in its session. When it has ended, its answer
 * is announced, what came of it is a system event of the main session, and the agent looks at that at once when the hook
 * says so (reference agent/automation.md §3.3).
 */
export async function startHookRun(services: GatewayServices, hook: HookRun): Promise<string> {
  const runId = randomUUID();
  const jobId = randomUUID();
  const deliverTo = hook.deliver ? await services.announcer.place(wishOf(hook)) : undefined;
  const request = requestOf(services, hook, { runId, jobId });
  const submitted = await services.agent.submit({ ...request, ...(deliverTo !== undefined && { deliverTo }) });
  if (submitted.status !== 'started') throw new Error(`the hook run ${runId} exists already`);
  void submitted.outcome
    .then((outcome) => concluded(services, hook, runId, outcome))
    .catch((error: unknown): Conclusion => {
      services.logger.error('a hook run failed', { runId, error });
      return { status: 'error', summary: String(error) };
    })
    .then((conclusion) => tell(services, hook, jobId, conclusion));
  return runId;
}

interface Conclusion {
  readonly status: 'ok' | 'error';
  readonly summary: string;
}

async function concluded(
  services: GatewayServices,
  hook: HookRun,
  runId: string,
  outcome: RunOutcome,
): Promise<Conclusion> {
  const answer = outcome.kind === 'answered' && !outcome.silent ? outcomeText(outcome) : undefined;
  const isDelivered = answer === undefined || !hook.deliver || (await announced(services, hook, runId, answer));
  const status = outcome.kind === 'answered' && isDelivered ? 'ok' : 'error';
  return { status, summary: (outcomeText(outcome) ?? status).slice(0, SUMMARY_MAX_CHARS) };
}

const wishOf = ({ channel, to, target }: HookRun) => ({
  agentId: target.agentId,
  channel,
  ...(to !== undefined && { to }),
});

/**
 * Waits for what becomes of the answer. The run's own delivery has the same key, so a process that ends in between
 * neither loses the answer nor sends it twice.
 */
async function announced(services: GatewayServices, hook: HookRun, runId: string, text: string): Promise<boolean> {
  try {
    const place = wishOf(hook);
    await services.announcer.announce({ key: runId, ...place, text, mediaUrls: [] });
    return true;
  } catch (error) {
    services.logger.warn('the answer of a hook could not be delivered', {
      channel: hook.channel,
      error: String(error),
    });
    return false;
  }
}

function tell(services: GatewayServices, hook: HookRun, jobId: string, { status, summary }: Conclusion): void {
  const failed = status === 'error';
  noteForMainSession(services, `Hook ${hook.name}${failed ? ' (error)' : ''}: ${summary}`);
  if (hook.wakeMode !== 'now') return;
  services.automation.heartbeats.wake({ reason: `hook:${jobId}${failed ? ':error' : ''}`, ...mainSessionOf(services) });
}

function requestOf(
  services: GatewayServices,
  hook: HookRun,
  { runId, jobId }: { readonly runId: string; readonly jobId: string },
): AgentRequest {
  const { agentId, sessionKey } = hook.target;
  const config = services.config.current();
  const gmail = sessionKey.includes(':hook:gmail:') ? settingAt(config.hooks, 'gmail') : undefined;
  const model = modelOf(services, hook.model ?? textSetting(settingAt(gmail, 'model')));
  const thinking = normalizeThinking(hook.thinking ?? textSetting(settingAt(gmail, 'thinking')) ?? '');
  const prompt = { ...hook, jobId, sessionKey };
  return {
    runId,
    source: 'agent',
    agentId,
    sessionKey,
    requestedSessionKey: sessionKey,
    text: hookPrompt(prompt, config, services.clock.now()),
    images: [],
    verbatim: true,
    freshSession: true,
    ...(model !== undefined && { model }),
    ...(thinking !== undefined && { thinking }),
    ...(hook.timeoutSeconds !== undefined && { timeoutMs: hook.timeoutSeconds * 1_000 }),
  };
}

/** A name nobody knows stays a name: the run then ends saying that it is unknown. */
function modelOf(services: GatewayServices, name: string | undefined): ModelRef | undefined {
  if (name === undefined) return undefined;
  return services.models.parseRef(name) ?? { provider: '', model: name };
}
