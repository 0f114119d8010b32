import type { SessionEntry } from '@chela/store';
import type { ReplyPayload, RunOutcome } from '../runtime.ts';
import { publishOutcome } from '../turn/end-turn.ts';
import { injectedMessage } from '../turn/injected-message.ts';
import { type OpenSession, openSession } from '../turn/open-session.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';
import type { TurnRun } from '../turn/turn-run.ts';
import { answerDirectives } from './answer-directives.ts';
import { type ChoiceMenu, choiceMenu } from './choice-menu.ts';
import type { CommandAnswer, CommandContext } from './command.ts';
import { mayCommand, senderOf } from './command-access.ts';
import { COMMAND_HANDLERS } from './command-handlers.ts';
import type { Command } from './read-command.ts';

export interface CommandRun {
  readonly run: TurnRun;
  readonly command: Command;
  /** Runs that wait for a lane. */
  readonly waiting: number;
  /** Ends what runs in the session; returns how many runs that were. */
  stopSession(): Promise<number>;
}

/**
 * Answers a command without a turn. The answer, what stands before it in the transcript and the change of the session
 * are one transaction. Whoever may not use commands gets no answer.
 */
export async function runCommand(deps: TurnDeps, commandRun: CommandRun): Promise<RunOutcome> {
  const { request, signal } = commandRun.run;
  const startedAt = deps.clock.now();
  const config = deps.config.current();
  const session = await openSession(deps, request);
  const ref = await deps.models.defaultRef(request.agentId);
  const isAllowed = mayCommand(config, request);
  const menu = isAllowed && request.inbound?.isNativeCommand === true ? choiceMenu(request.text, ref) : undefined;
  const answer: CommandAnswer | undefined =
    menu ??
    (isAllowed
      ? await answerCommand(
          { deps, config, request, session, sender: senderOf(config, request), signal, ...commandRun },
          commandRun.command,
        )
      : undefined);
  const endedAt = deps.clock.now();
  const outcome: RunOutcome = {
    kind: 'answered',
    payloads: answer === undefined ? [] : [{ text: answer.text, mediaUrl: null, ...withButtons(request, menu) }],
    silent: answer === undefined,
    command: true,
    meta: {
      durationMs: endedAt - startedAt,
      aborted: false,
      agentMeta: { sessionId: session.sessionId, provider: ref.provider, model: ref.model },
    },
    startedAt,
    endedAt,
  };
  const { text, change, entries = [] } = answer ?? {};
  await publishOutcome(deps, request, outcome, {
    sessionId: session.sessionId,
    state: 'answered',
    entries: text === undefined ? [] : [...entries, { type: 'message', message: injectedMessage(text, endedAt) }],
    ...(change === undefined ? {} : { session: (current) => change(current ?? openedNow(session, endedAt)) }),
  });
  return outcome;
}

/** The choices of a menu, where the channel that it was opened in finds them. */
function withButtons({ origin }: TurnRun['request'], menu: ChoiceMenu | undefined): Pick<ReplyPayload, 'delivery'> {
  if (menu === undefined || origin === undefined) return {};
  return { delivery: { channelData: { [origin.channel]: { buttons: menu.buttons } } } };
}

/** Never throws: what goes wrong is the answer. */
async function answerCommand(context: CommandContext, command: Command): Promise<CommandAnswer> {
  try {
    if (command.kind === 'directives') return await answerDirectives(context, command.parsed);
    if (command.kind === 'plugin') return { text: await command.command.answer(command.args, context.sender) };
    return await COMMAND_HANDLERS[command.key](context, command.args);
  } catch (error) {
    const name = command.kind === 'named' ? command.key : command.kind;
    context.deps.logger.warn('a command failed', { command: name, error });
    return { text: `⚠️ ${error instanceof Error ? error.message : String(error)}` };
  }
}

function openedNow(session: OpenSession, now: number): SessionEntry {
  return session.entry ?? { sessionId: session.sessionId, updatedAt: now };
}
