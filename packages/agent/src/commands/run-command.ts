import type { SessionEntry } from '@chela/store';
import type { RunOutcome } from '../runtime.ts';
import { publishOutcome } from '../turn/end-turn.ts';
import { injectedMessage } from '../turn/injected-message.ts';
import { contextWindow, thinkingLevelOf } from '../turn/model-context.ts';
import { type OpenSession, openSession } from '../turn/open-session.ts';
import { overrideOf } from '../turn/prepare-turn.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';
import type { TurnRun } from '../turn/turn-run.ts';
import { HELP_TEXT, statusText } from './command-texts.ts';
import { answerLevel } from './level-command.ts';
import { answerModel, withModelOverride } from './model-command.ts';
import { answerQueue } from './queue-command.ts';
import type { Command } from './read-command.ts';

/**
 * Answers a command without asking a model. It waits for no lane: a command is answered while a turn runs. The answer
 * and the change of the session are one transaction.
 */
export async function runCommand(deps: TurnDeps, run: TurnRun, command: Command, waiting: number): Promise<RunOutcome> {
  const { request } = run;
  const startedAt = deps.clock.now();
  const session = await openSession(deps, request);
  const { text, change } = await answer(deps, run, session, command, waiting).catch((error: unknown) => {
    deps.logger.warn('a command failed', { command: command.key, error });
    return { text: `⚠️ ${error instanceof Error ? error.message : String(error)}`, change: undefined };
  });
  const endedAt = deps.clock.now();
  const ref = await deps.models.defaultRef(request.agentId);
  const outcome: RunOutcome = {
    kind: 'answered',
    payloads: [{ text, mediaUrl: null }],
    silent: false,
    command: true,
    meta: {
      durationMs: endedAt - startedAt,
      aborted: false,
      agentMeta: { sessionId: session.sessionId, provider: ref.provider, model: ref.model },
    },
    startedAt,
    endedAt,
  };
  await publishOutcome(deps, request, outcome, {
    sessionId: session.sessionId,
    state: 'answered',
    entries: [{ type: 'message', message: injectedMessage(text, endedAt) }],
    ...(change === undefined ? {} : { session: (current) => change(current ?? openedNow(session, endedAt)) }),
  });
  return outcome;
}

interface Answer {
  readonly text: string;
  readonly change: ((entry: SessionEntry) => SessionEntry) | undefined;
}

async function answer(
  deps: TurnDeps,
  run: TurnRun,
  session: OpenSession,
  command: Command,
  waiting: number,
): Promise<Answer> {
  const { agentId, sessionKey } = run.request;
  const { entry } = session;
  if (command.key === 'help') return { text: HELP_TEXT, change: undefined };
  if (command.key === 'queue') {
    const { messages } = deps.config.current();
    return answerQueue(command.directive, { entry, messages, channel: run.request.channel ?? 'webchat' });
  }
  if (command.key === 'model') {
    const { text, override, profileId } = await answerModel(command.raw, { models: deps.models, agentId, entry });
    return {
      text,
      change: override === undefined ? undefined : (current) => withModelOverride(current, override, profileId),
    };
  }
  const override = overrideOf(entry);
  const { primary } = await deps.models.select({ agentId, ...(override === undefined ? {} : { override }) });
  const { provider, model } = primary.ref;
  const config = deps.config.current();
  const thinking = thinkingLevelOf(config, primary, entry?.thinkingLevel);
  if (command.key === 'status') {
    const credential = await deps.models.credential(provider, agentId);
    const text = statusText({
      version: deps.host.version,
      commit: deps.host.commit,
      model: `${provider}/${model}`,
      keySource: credential?.source,
      entry,
      contextTokens: contextWindow(config, primary),
      sessionKey,
      thinking,
      waiting,
      now: deps.clock.now(),
    });
    return { text, change: undefined };
  }
  const level = answerLevel(command, { entry, provider, model, thinking: entry?.thinkingLevel ?? thinking });
  return { text: level.text, change: level.change };
}

function openedNow(session: OpenSession, now: number): SessionEntry {
  return session.entry ?? { sessionId: session.sessionId, updatedAt: now };
}
