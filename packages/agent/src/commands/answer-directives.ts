import type { SessionEntry } from '@chela/store';
import { queueSettings } from '../queue/queue-settings.ts';
import { classifySessionKey } from '../sessions/session-kind.ts';
import { contextWindow, thinkingLevelOf } from '../turn/model-context.ts';
import { overrideOf } from '../turn/prepare-turn.ts';
import { BROWSE_MODELS } from './browse-menu.ts';
import type { CommandAnswer, CommandContext } from './command.ts';
import { type StatusFacts, statusText } from './command-texts.ts';
import { answerElevated } from './elevated-command.ts';
import { answerExec } from './exec-command.ts';
import type { InlineDirectives } from './inline-directives.ts';
import { answerLevel } from './level-command.ts';
import { answerModel, withModelOverride } from './model-command.ts';
import { answerQueue } from './queue-command.ts';

/**
 * Answers a message that consists of directives: each in the contract's order, their texts line by line, their changes
 * together. One that is refused, or only asks, is the whole answer, and nothing changes (traces commands/refused-directives).
 */
export async function answerDirectives(context: CommandContext, parsed: InlineDirectives): Promise<CommandAnswer> {
  const answers: CommandAnswer[] = [];
  for (const name of LEVELS) {
    const directive = parsed[name];
    if (directive !== undefined) answers.push(await answerLevelOf(context, { key: name, ...directive }));
  }
  if (parsed.elevated !== undefined) answers.push(answerElevated(parsed.elevated, context));
  const { config, request, session } = context;
  const { entry } = session;
  if (parsed.exec !== undefined) answers.push(answerExec(parsed.exec, { config, agentId: request.agentId, entry }));
  const status = parsed.status ? { text: await statusCard(context) } : undefined;
  if (status !== undefined) answers.push(status);
  const showsModel = parsed.model !== undefined && parsed.model.raw === undefined;
  if (parsed.model !== undefined) answers.push(await answerModelOf(context, parsed.model));
  if (parsed.queue !== undefined) {
    answers.push(answerQueue(parsed.queue, { entry, messages: config.messages, channel: context.sender.channel }));
  }
  const stopped = answers.find((answer) => answer !== status && answer.change === undefined);
  if (stopped !== undefined) return stopped;
  const changes = answers.flatMap(({ change }) => change ?? []);
  return {
    text: answers.map(({ text }) => text).join('\n'),
    ...(showsModel && request.inbound?.isNativeCommand === true && { buttons: BROWSE_MODELS }),
    notes: answers.flatMap(({ notes = [] }) => notes),
    ...(changes.length === 0
      ? {}
      : { change: (current: SessionEntry) => changes.reduce((next, change) => change(next), current) }),
  };
}

const LEVELS = ['think', 'verbose', 'reasoning'] as const;

async function answerLevelOf(
  context: CommandContext,
  command: Parameters<typeof answerLevel>[0],
): Promise<CommandAnswer> {
  const { entry } = context.session;
  const { provider, model, thinking } = await modelFacts(context);
  return answerLevel(command, { entry, provider, model, thinking: entry?.thinkingLevel ?? thinking });
}

async function answerModelOf(
  { deps, config, request, session }: CommandContext,
  directive: NonNullable<InlineDirectives['model']>,
): Promise<CommandAnswer> {
  const facts = {
    models: deps.models,
    config,
    paths: deps.config.paths,
    agentId: request.agentId,
    entry: session.entry,
  };
  const { override, ...answer } = await answerModel(directive, facts);
  return {
    ...answer,
    ...(override === undefined ? {} : { change: (current) => withModelOverride(current, override) }),
  };
}

/** The text of `/status`. */
async function statusCard(context: CommandContext): Promise<string> {
  const { deps, request, session, waiting } = context;
  const { provider, model, thinking, window } = await modelFacts(context);
  const credential = await deps.models.credential(provider, request.agentId);
  return statusText({
    version: deps.host.version,
    commit: deps.host.commit,
    model: `${provider}/${model}`,
    keySource: credential?.source,
    entry: session.entry,
    contextTokens: window,
    sessionKey: request.sessionKey,
    thinking,
    queueMode: queueSettings({
      ...(session.entry === undefined ? {} : { session: session.entry }),
      messages: context.config.messages,
      channel: context.sender.channel,
    }).mode,
    waiting,
    ...activationOf(context),
    budgets: await deps.models.budgets({ agentId: request.agentId, sessionId: session.sessionId }),
    now: deps.clock.now(),
  });
}

/** As the channel decided for this message; elsewhere what the group's session says, else a mention is needed. */
function activationOf({ request, session }: CommandContext): Pick<StatusFacts, 'activation'> {
  const decided = request.inbound?.group?.activation;
  if (decided !== undefined) return { activation: decided };
  const chatType = typeof session.entry?.chatType === 'string' ? session.entry.chatType : undefined;
  if (classifySessionKey(request.sessionKey, chatType).kind !== 'group') return {};
  return { activation: session.entry?.groupActivation === 'always' ? 'always' : 'mention' };
}

/** The model the session's next turn would run on. */
async function modelFacts({ deps, config, request, session }: CommandContext) {
  const override = overrideOf(session.entry);
  const { agentId } = request;
  const { primary } = await deps.models.select({ agentId, ...(override === undefined ? {} : { override }) });
  return {
    ...primary.ref,
    thinking: thinkingLevelOf(config, primary, session.entry?.thinkingLevel),
    window: contextWindow(config, primary),
  };
}
