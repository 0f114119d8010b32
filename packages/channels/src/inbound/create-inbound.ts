import { join } from 'node:path';
import { type AgentRuntime, isStopRequest, type SystemEvents } from '@chela/agent';
import type { Config, ConfigEdit, StatePaths } from '@chela/config';
import type { UnderstandInbound } from '@chela/models';
import type { Clock, Logger, Metrics } from '@chela/observability';
import type { ChannelMessageRow, Store } from '@chela/store';
import { directAccess } from '../access/direct-access.ts';
import { groupAccess } from '../access/group-access.ts';
import { groupSettings } from '../access/group-settings.ts';
import { createMentionMatcher } from '../access/mention-patterns.ts';
import type { ChannelAdapter } from '../contract/adapter.ts';
import { ChannelError } from '../contract/channel-error.ts';
import type { InboundEvent, InboundMessage, InboundMove, InboundNote } from '../contract/inbound.ts';
import type { AccountName, AdapterCatalog, Connections, Inbound, Outbound } from '../kernel.ts';
import type { PairingStore } from '../pairing/create-pairing-store.ts';
import { isRecord } from '../record.ts';
import { ackEmoji } from './ack-reaction.ts';
import { createPairingDesk } from './ask-to-pair.ts';
import { type Assembly, createAssembly, type Unit } from './assembly.ts';
import { eventKey } from './conversation-key.ts';
import { quickMessageMs } from './debounce.ts';
import { type Accepted, decide, UNMENTIONED } from './decide.ts';
import { createEnvelope } from './envelope.ts';
import { removeOldMedia } from './fetch-attachments.ts';
import { handOver } from './hand-over.ts';
import { createKeyedLanes } from './lanes.ts';
import { groupMoveEdits } from './move-group.ts';
import { pause } from './pause.ts';
import { makePlan, originOf, type Plan, readPlan, runIdOf } from './plan.ts';
import { isInboundEvent, isInboundMessage } from './read-event.ts';
import { routeConversation } from './route-conversation.ts';
import { createHearing, type HeardMessage, type HearMessage, type SeesImages } from './understand-message.ts';

export interface InboundDeps {
  readonly config: { current(): Config; readonly paths: Pick<StatePaths, 'stateDir'> };
  readonly store: Pick<Store, 'channelInbox' | 'sessions'>;
  readonly agent: Pick<AgentRuntime, 'submit'>;
  readonly adapters: Pick<AdapterCatalog, 'load'>;
  readonly connections: Pick<Connections, 'get'>;
  readonly outbound: Pick<Outbound, 'notify'>;
  readonly pairing: Pick<PairingStore, 'allowed' | 'request'>;
  readonly systemEvents: Pick<SystemEvents, 'add'>;
  /** Merged settings of an account, as they are now (reference channels/framework.md §2). */
  readonly settings: (account: AccountName) => Readonly<Record<string, unknown>>;
  /** Finds words for voice notes, videos and links; absent: messages go on as they are. */
  readonly understand?: UnderstandInbound;
  /** Whether the model that answers there is shown pictures; others read what a sticker shows. */
  readonly seesImages?: SeesImages;
  /** Changes the configuration file; absent: nothing is changed when a group gets a new id. */
  readonly editConfig?: (edits: readonly ConfigEdit[]) => Promise<void>;
  /** Whether a message is one of ours that came back; for channels that do not mark their own (reference channels/framework.md §21). */
  readonly isEcho?: (account: AccountName, message: InboundMessage) => boolean;
  /** `--profile` of this gateway, for the command in pairing notices. */
  readonly profile?: string;
  /** IANA name of the machine's own time zone. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Messages that may wait in this process; beyond that the vendor keeps them until some are done. */
const WAITING_LIMIT = 5_000;
/** Messages that may wait in one conversation; what comes on top of a flood is turned away. */
const CONVERSATION_LIMIT = 500;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Files of messages are kept as long as somebody may speak of them. */
const MEDIA_RETENTION_MS = 14 * DAY_MS;
const TIDY_MS = 10 * 60 * 1000;
const TIDY_MEDIA_EVERY = 36;
/** Pauses before a message is tried again that something of ours did not let through. */
const RETRY_PAUSES_MS = [500, 3_000, 15_000] as const;
const HISTORY_LIMIT_MAX = 200;
/** How long an end waits for what is being handed over; the rest is for the next process. */
const CLOSE_MS = 5_000;

/**
 * The way of a message from the vendor to the agent: written, put together, judged, routed, handed over. Each step is a
 * state of its row; after a crash the next process goes on from there.
 */
export function createInbound(deps: InboundDeps): Inbound {
  const { config, store, clock, logger, metrics } = deps;
  const inbox = store.channelInbox;
  const mentions = createMentionMatcher({ logger });
  const askToPair = createPairingDesk(deps);
  const envelope = createEnvelope(deps.timeZone);
  const lanes = createKeyedLanes(logger);
  const assemblies = new Map<string, Assembly>();
  const ending = new AbortController();
  const { signal } = ending;
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
  let cancelTidying = (): void => {};
  let rounds = 0;

  const count = (channel: string, outcome: string): void =>
    metrics.count('chela_channel_messages_total', { channel, outcome });
  const depth = (): void => metrics.gauge('chela_channel_inbox_depth', lanes.total);

  const end = async (
    account: AccountName,
    ids: readonly number[],
    state: 'handed' | 'declined' | 'failed',
    reason?: string,
  ): Promise<void> => {
    await inbox.end(ids, state, reason);
    count(account.channel, state);
  };

  /** Runs work on rows until it is through; what never gets through is a failure that can be seen. */
  const withRetries = async (
    account: AccountName,
    ids: readonly number[],
    work: () => Promise<void>,
  ): Promise<void> => {
    for (const pauseMs of [...RETRY_PAUSES_MS, undefined]) {
      if (signal.aborted) return;
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return;
        logger.error('a message of a channel could not be handled', { channel: account.channel, ids, error });
        if (pauseMs === undefined) {
          await end(account, ids, 'failed', error instanceof Error ? error.message : String(error));
          return;
        }
        await pause(clock, pauseMs, signal);
      }
    }
  };

  const laneOf = (account: AccountName, conversation: string): string =>
    JSON.stringify([account.channel, account.accountId, conversation]);

  const enqueue = (lane: string, account: AccountName, ids: readonly number[], work: () => Promise<void>): void => {
    lanes.push(lane, async () => {
      await withRetries(account, ids, work);
      depth();
    });
    depth();
  };

  const adapterOf = async ({ channel }: AccountName): Promise<ChannelAdapter> => {
    const adapter = await deps.adapters.load(channel);
    if (adapter === undefined) throw new Error(`there is no channel ${channel} here`);
    return adapter;
  };

  const assemblyOf = (lane: string, account: AccountName, isRecovered: boolean): Assembly => {
    const known = assemblies.get(lane);
    if (known !== undefined) return known;
    const made = createAssembly({
      clock,
      quickMs: (message) => quickMessageMs(config.current(), account.channel, message),
      ready: (units) => {
        for (const unit of units) enqueue(lane, account, unit.ids, () => handle(account, unit, isRecovered));
        forgetIfIdle(lane);
      },
    });
    assemblies.set(lane, made);
    return made;
  };
  const forgetIfIdle = (lane: string): void => {
    if (assemblies.get(lane)?.isHolding === false) assemblies.delete(lane);
  };

  /** Puts an event in line. `isRecovered`: an earlier process may have begun with it. */
  const accept = (account: AccountName, id: number, event: InboundEvent, isRecovered: boolean): void => {
    const lane = laneOf(account, eventKey(event).conversation);
    if (event.kind === 'moved') return enqueue(lane, account, [id], () => move(account, id, event));
    if (event.kind === 'note') return enqueue(lane, account, [id], () => note(account, id, event));
    // What stops a run must not wait behind what it stops.
    if (isStopRequest(event.commandText ?? event.text)) {
      return enqueue(`${lane}#control`, account, [id], () =>
        handle(account, { ids: [id], message: event }, isRecovered),
      );
    }
    enqueue(lane, account, [id], async () => {
      const assembly = assemblyOf(lane, account, isRecovered);
      const units = assembly.add({ ids: [id], message: event });
      forgetIfIdle(lane);
      for (const unit of units) await withRetries(account, unit.ids, () => handle(account, unit, isRecovered));
    });
  };

  /** Judges a message and does what that says. */
  const handle = async (account: AccountName, unit: Unit, isRecovered: boolean): Promise<void> => {
    const { ids, message } = unit;
    const adapter = await adapterOf(account);
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

  /** Gives a routed batch to the agent; what is told or thrown away is settled here too. */
  const finish = async (account: AccountName, unit: Unit, plan: Plan): Promise<void> => {
    const maxMb = maxMbOf(deps.settings(account), await adapterOf(account));
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

  /** Notes of people who may not write here tell the model nothing. */
  const note = async (account: AccountName, id: number, event: InboundNote): Promise<void> => {
    if (!(await mayWrite(account, event))) return end(account, [id], 'declined', 'not on the allowlist');
    const { sessionKey } = routeConversation(config.current(), account, event.conversation, event.sender);
    deps.systemEvents.add(sessionKey, event.text, `${account.channel}:${event.eventId}`);
    return end(account, [id], 'handed');
  };

  const mayWrite = async (account: AccountName, { conversation, sender }: InboundNote): Promise<boolean> => {
    const adapter = await adapterOf(account);
    const settings = deps.settings(account);
    const paired = await deps.pairing.allowed(account.channel, account.accountId);
    const facts = { settings, sender, syntax: adapter.allowlist, paired };
    if (conversation.type === 'direct') return directAccess(facts).kind === 'allowed';
    const group = groupSettings(settings, conversation);
    const listed = adapter.facts.groupAllowlist ?? 'senders';
    return groupAccess({ ...facts, group, listed }).kind === 'allowed';
  };

  const move = async (account: AccountName, id: number, event: InboundMove): Promise<void> => {
    const edits = groupMoveEdits(config.current(), account, event);
    const mayWriteConfig = deps.settings(account).configWrites !== false;
    if (edits.length > 0 && mayWriteConfig) await deps.editConfig?.(edits);
    else if (edits.length > 0) logger.warn('a group has a new id; its settings must be moved by hand', { ...event });
    return end(account, [id], 'handed');
  };

  /** Goes on with a batch that an earlier process had routed. */
  const resume = (account: AccountName, rows: readonly ChannelMessageRow[]): void => {
    const last = rows.at(-1);
    if (last === undefined) return;
    const ids = rows.map(({ id }) => id);
    const plan = readPlan(last.plan);
    const message = last.event;
    enqueue(laneOf(account, last.conversation), account, ids, async () => {
      if (plan === undefined || !isInboundMessage(message)) return end(account, ids, 'failed', 'cannot be read back');
      return finish(account, { ids, message }, plan);
    });
  };

  const tidy = async (): Promise<void> => {
    await inbox.prune();
    if (rounds % TIDY_MEDIA_EVERY === 0) {
      await removeOldMedia(join(config.paths.stateDir, 'media', 'inbound'), clock.now() - MEDIA_RETENTION_MS);
    }
    rounds += 1;
  };
  const keepTidy = (): void => {
    cancelTidying = clock.after(TIDY_MS, () => {
      tidy().catch((error: unknown) => logger.warn('old messages of channels could not be removed', { error }));
      keepTidy();
    });
  };
  keepTidy();

  return {
    async receive(account, event) {
      if (signal.aborted) throw new ChannelError('busy', 'the gateway is shutting down');
      if (lanes.total >= WAITING_LIMIT) throw new ChannelError('busy', 'too many messages wait to be handled');
      const key = eventKey(event);
      const isFlood = lanes.depth(laneOf(account, key.conversation)) >= CONVERSATION_LIMIT;
      const { created, id } = await inbox.accept({ ...account, ...key, event });
      if (!created) {
        count(account.channel, 'repeated');
        return 'repeated';
      }
      if (isFlood) await end(account, [id], 'declined', 'too many messages wait in this conversation');
      else accept(account, id, event, false);
      return 'new';
    },
    async recover() {
      const rows = await inbox.unfinished();
      const batches = new Map<string, ChannelMessageRow[]>();
      for (const row of rows) {
        const { channel, accountId, event, runId } = row;
        const account = { channel, accountId };
        if (row.state === 'routed' && runId !== undefined) {
          const batch = batches.get(runId) ?? [];
          batches.set(runId, [...batch, row]);
          // The plan stands on the last row of a batch.
          if (row.plan !== undefined) resume(account, batches.get(runId) ?? []);
        } else if (isInboundEvent(event)) accept(account, row.id, event, true);
        else await end(account, [row.id], 'failed', 'cannot be read back');
      }
      await inbox.prune();
      return rows.length;
    },
    async close() {
      ending.abort();
      cancelTidying();
      for (const assembly of assemblies.values()) assembly.close();
      assemblies.clear();
      await Promise.race([lanes.close(), new Promise<void>((resume) => clock.after(CLOSE_MS, resume))]);
    },
  };
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
