import type { Config } from '@chela/config';
import { createMentionMatcher } from '../access/mention-patterns.ts';
import type { ChannelAdapter } from '../contract/adapter.ts';
import type { InboundMessage } from '../contract/inbound.ts';
import type { AccountName } from '../kernel.ts';
import { isRecord } from '../record.ts';
import { ackEmoji } from './ack-reaction.ts';
import { createPairingDesk } from './ask-to-pair.ts';
import type { Unit } from './assembly.ts';
import { eventKey } from './conversation-key.ts';
import { type Accepted, decide, UNMENTIONED } from './decide.ts';
import { createEnvelope } from './envelope.ts';
import { handOver } from './hand-over.ts';
import type { InboundDeps } from './inbound-deps.ts';
import { loadAdapter } from './load-adapter.ts';
import { makePlan, originOf, type Plan, runIdOf } from './plan.ts';
import { isInboundMessage } from './read-event.ts';
import type { RowWork } from './row-work.ts';
import { createHearing, type HeardMessage, type HearMessage } from './understand-message.ts';

const HISTORY_LIMIT_MAX = 200;

export interface MessageHandler {
  /** Judges a message and does what that says. `isRecovered`: an earlier process may have begun with it. */
  handle(account: AccountName, unit: Unit, isRecovered: boolean): Promise<void>;
  /** Gives a routed batch to the agent; what is told or thrown away is settled here too. */
  finish(account: AccountName, unit: Unit, plan: Plan): Promise<void>;
}

/** What becomes of one message, once it is its turn: turned away, asked to pair, or planned and handed over. */
export function createMessageHandler(deps: InboundDeps, { end, withRetries, signal }: RowWork): MessageHandler {
  const { config, store, clock, logger } = deps;
  const inbox = store.channelInbox;
  const mentions = createMentionMatcher({ logger });
  const askToPair = createPairingDesk(deps);
  const envelope = createEnvelope(deps.timeZone);
  const { understand } = deps;
  const hearing =
    understand &&
    createHearing({
      understand,
      ...(deps.seesImages !== undefined && { seesImages: deps.seesImages }),
      connections: deps.connections,
      stateDir: config.paths.stateDir,
      clock,
      logger,
      signal,
    });

  const handle = async (account: AccountName, unit: Unit, isRecovered: boolean): Promise<void> => {
    const { ids, message } = unit;
    const adapter = await loadAdapter(deps.adapters, account.channel);
    const settings = deps.settings(account);
    if (deps.isEcho?.(account, message) === true) return end(account, ids, 'declined', 'our own message');
    const hear = hearerOf(account, message, maxMbOf(settings, adapter));
    const decision = await decide(
      {
        config: () => config.current(),
        paired: ({ channel, accountId }) => deps.pairing.allowed(channel, accountId),
        session: async (key) => (await store.sessions.get(key))?.entry,
        mentions,
        ...(hear !== undefined && { hear }),
      },
      { account, adapter, settings, message, ownId: deps.connections.get(account)?.self.id },
    );
    if (decision.kind === 'stranger') {
      const reason = await askToPair({ account, adapter, message, isRecovered });
      return end(account, ids, 'declined', reason);
    }
    if (decision.kind === 'declined') {
      const { reason, notice } = decision;
      if (notice !== undefined) await deps.outbound.notify(originOf(account, message), noticeKey(unit), notice);
      return end(account, ids, 'declined', reason);
    }
    logger.debug('a message of a channel was accepted', {
      session: decision.facts.route.sessionKey,
      message: envelope({ config: config.current(), label: adapter.facts.label, message }),
    });
    const heard = await hear?.(message, decision.facts.route);
    const plan = await planOf(account, unit, { adapter, settings, facts: decision.facts, heard });
    await inbox.route(ids, plan.requests[0]?.runId ?? '', plan);
    // What is routed is not judged again; only the rest is tried again.
    await withRetries(account, ids, () => finish(account, unit, plan));
  };

  /** Listens to a message once, however often it is asked; undefined when nothing is listened to. */
  const hearerOf = (account: AccountName, message: InboundMessage, maxMb: number): HearMessage | undefined => {
    const hear = hearing?.(account, { runId: runIdOf(account, message, ''), maxMb });
    if (hear === undefined) return undefined;
    let heard: ReturnType<HearMessage> | undefined;
    return (said, route) => (heard ??= hear(said, route));
  };

  const planOf = async (
    account: AccountName,
    { ids, message }: Unit,
    judged: {
      readonly adapter: ChannelAdapter;
      readonly settings: Readonly<Record<string, unknown>>;
      readonly facts: Accepted;
      readonly heard: HeardMessage | undefined;
    },
  ): Promise<Plan> => {
    const { adapter, settings, facts, heard } = judged;
    const current = config.current();
    const chatType = message.conversation.type;
    const group = facts.group;
    const limit = chatType === 'direct' ? 0 : historyLimit(current, settings, adapter.facts.limits.history);
    const skipped =
      limit === 0
        ? []
        : await inbox.skipped(
            { ...account, conversation: eventKey(message).conversation },
            { reason: UNMENTIONED, before: Math.max(...ids), limit },
          );
    const canReact = adapter.facts.can.reactions;
    const ack = ackEmoji({
      config: current,
      settings,
      agentId: facts.route.agentId,
      chatType,
      needsMention: group?.activation === 'mention',
      // A command is answered at once: there is nothing to wait for (golden telegram/tg-052).
      wasMentioned: group?.wasMentioned === true && message.isNativeCommand !== true,
    });
    return makePlan({
      config: current,
      account,
      settings,
      adapter,
      message,
      facts,
      heard,
      skipped: skipped.filter(isInboundMessage),
      // A command is answered at once.
      ack: canReact && facts.command === undefined ? ack : undefined,
    });
  };

  const finish = async (account: AccountName, unit: Unit, plan: Plan): Promise<void> => {
    const maxMb = maxMbOf(deps.settings(account), await loadAdapter(deps.adapters, account.channel));
    const { agent, connections } = deps;
    const { stateDir } = config.paths;
    const handed = await handOver(
      { agent, connections, sessions: store.sessions, stateDir, clock, logger, signal },
      account,
      plan,
      maxMb,
    );
    if (handed === 'handed') return end(account, unit.ids, 'handed');
    const text = `⚠️ File too large. Maximum size is ${maxMb}MB.`;
    await deps.outbound.notify(originOf(account, unit.message), noticeKey(unit), text);
    return end(account, unit.ids, 'declined', 'a file was too large');
  };

  return { handle, finish };
}

/** The notice of a message is one, however often the message is looked at. */
function noticeKey({ ids }: Unit): string {
  return `notice:${ids.join(',')}`;
}

/** `historyLimit` of the channel, of all groups, of the channel's kind; 0 for none. */
function historyLimit(config: Config, settings: Readonly<Record<string, unknown>>, fallback: number): number {
  const messages = isRecord(config.messages) ? config.messages.groupChat : undefined;
  const written = [settings.historyLimit, isRecord(messages) ? messages.historyLimit : undefined, fallback];
  const limit = written.find((value): value is number => typeof value === 'number' && Number.isFinite(value)) ?? 0;
  return Math.min(HISTORY_LIMIT_MAX, Math.max(0, Math.floor(limit)));
}

/** Megabytes that a file may have: of the account, else of the channel's kind. */
function maxMbOf({ mediaMaxMb }: Readonly<Record<string, unknown>>, { facts }: ChannelAdapter): number {
  return typeof mediaMaxMb === 'number' && mediaMaxMb > 0 ? mediaMaxMb : facts.limits.mediaMb;
}
