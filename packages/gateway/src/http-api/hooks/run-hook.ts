import { randomUUID } from 'node:crypto';
import type { AgentRequest, RunOutcome } from '@chela/agent';
import { type ModelRef, normalizeThinking } from '@chela/models';
import type { GatewayServices } from '../../method.ts';
import { noteForMainSession } from '../../methods/main-session-note.ts';
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
  readonly model: string | undefined;
  readonly thinking: string | undefined;
  readonly timeoutSeconds: number | undefined;
}

const SUMMARY_MAX_CHARS = 2_000;

/**
 * Writes the hook's run to the ledger and returns its id; the run starts over in its session. When it has ended, what
 * came of it is a system event of the main session (reference agent/automation.md §3).
 */
export async function startHookRun(services: GatewayServices, hook: HookRun): Promise<string> {
  const runId = randomUUID();
  const submitted = await services.agent.submit(requestOf(services, hook, runId));
  if (submitted.status !== 'started') throw new Error(`the hook run ${runId} exists already`);
  void submitted.outcome.then(
    (outcome) => noteForMainSession(services, eventOf(hook, outcome)),
    (error: unknown) => {
      services.logger.error('a hook run failed', { runId, error });
      noteForMainSession(services, `Hook ${hook.name} (error): ${String(error)}`);
    },
  );
  return runId;
}

function requestOf(services: GatewayServices, hook: HookRun, runId: string): AgentRequest {
  const { agentId, sessionKey } = hook.target;
  const config = services.config.current();
  const gmail = sessionKey.includes(':hook:gmail:') ? settingAt(config.hooks, 'gmail') : undefined;
  const model = modelOf(services, hook.model ?? textSetting(settingAt(gmail, 'model')));
  const thinking = normalizeThinking(hook.thinking ?? textSetting(settingAt(gmail, 'thinking')) ?? '');
  const prompt = { ...hook, jobId: randomUUID(), sessionKey };
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

/** An answer that was to be delivered is reported as an error while no channel can take it. */
function eventOf(hook: HookRun, outcome: RunOutcome): string {
  const failed = outcome.kind !== 'answered' || hook.deliver;
  const summary = (outcomeText(outcome) ?? (failed ? 'error' : 'ok')).slice(0, SUMMARY_MAX_CHARS);
  return `Hook ${hook.name}${failed ? ' (error)' : ''}: ${summary}`;
}
