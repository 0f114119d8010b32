import type { SessionEntry } from '@chela/store';
import { ringStop } from '../hooks/session-hooks.ts';
import { channelOf } from '../messages/request-channel.ts';
import type { AgentRequest, ReplyPayload, RunOutcome } from '../runtime.ts';
import { publishOutcome } from '../turn/end-turn.ts';
import { injectedMessage } from '../turn/injected-message.ts';
import { type OpenSession, openSession } from '../turn/open-session.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';
import type { TurnRun } from '../turn/turn-run.ts';
import { answerDirectives } from './answer-directives.ts';
import { choiceMenu } from './choice-menu.ts';
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
  const answer = mayCommand(config, request)
    ? (menuOf(request, ref) ??
      (await answerCommand(
        { deps, config, request, session, sender: senderOf(config, request), signal, ...commandRun },
        commandRun.command,
      )))
    : undefined;
  const said = answer === undefined ? [] : await hookMessages(deps, commandRun);
  const endedAt = deps.clock.now();
  const outcome: RunOutcome = {
    kind: 'answered',
    payloads:
      answer === undefined
        ? []
        : [...said.map(payloadOf), { ...payloadOf(answer.text), ...withButtons(request, answer) }],
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
  const { text, change, notes = [], entries = [] } = answer ?? {};
  await publishOutcome(deps, request, outcome, {
    sessionId: session.sessionId,
    state: 'answered',
    entries: text === undefined ? [] : [...entries, { type: 'message', message: injectedMessage(text, endedAt) }],
    ...(change === undefined ? {} : { session: (current) => change(current ?? openedNow(session, endedAt)) }),
  });
  for (const note of notes) deps.systemEvents.add(request.sessionKey, note);
  return outcome;
}

/** A command that was chosen from a channel's menu without its argument is answered with the choices. */
const menuOf = (
  { text, inbound }: AgentRequest,
  model: { readonly provider: string; readonly model: string },
): CommandAnswer | undefined => (inbound?.isNativeCommand === true ? choiceMenu(text, model) : undefined);

const payloadOf = (text: string): ReplyPayload => ({ text, mediaUrl: null });

/** Buttons stand where the channel that the command came from finds them. */
function withButtons({ origin }: AgentRequest, { buttons }: CommandAnswer): Pick<ReplyPayload, 'delivery'> {
  if (buttons === undefined || origin === undefined) return {};
  return { delivery: { channelData: { [origin.channel]: { buttons } } } };
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

/** Only `/stop` is an event for hooks; `/new` and `/reset` are told where they start the session over. */
async function hookMessages(deps: TurnDeps, { run, command }: CommandRun): Promise<readonly string[]> {
  if (command.kind !== 'named' || command.key !== 'stop') return [];
  const { sessionKey, sender } = run.request;
  const channel = channelOf(run.request) ?? 'agent';
  return ringStop(deps, sessionKey, { channel, ...(sender && { senderId: sender.name }) });
}

function openedNow(session: OpenSession, now: number): SessionEntry {
  return session.entry ?? { sessionId: session.sessionId, updatedAt: now };
}
