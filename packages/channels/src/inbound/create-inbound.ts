import { isStopRequest } from '@chela/agent';
import type { ChannelMessageRow } from '@chela/store';
import { ChannelError } from '../contract/channel-error.ts';
import type { InboundEvent } from '../contract/inbound.ts';
import type { AccountName, Inbound } from '../kernel.ts';
import { type Assembly, createAssembly } from './assembly.ts';
import { eventKey } from './conversation-key.ts';
import { quickMessageMs } from './debounce.ts';
import { createMessageHandler } from './handle-message.ts';
import { createNoticeHandler } from './handle-notice.ts';
import type { InboundDeps } from './inbound-deps.ts';
import { createKeyedLanes } from './lanes.ts';
import { readPlan } from './plan.ts';
import { isInboundEvent, isInboundMessage } from './read-event.ts';
import { createRowWork } from './row-work.ts';
import { keepInboxTidy } from './tidy-inbox.ts';

/** Messages that may wait in this process; beyond that the vendor keeps them until some are done. */
const WAITING_LIMIT = 5_000;
/** Messages that may wait in one conversation; what comes on top of a flood is turned away. */
const CONVERSATION_LIMIT = 500;
/** How long an end waits for what is being handed over; the rest is for the next process. */
const CLOSE_MS = 5_000;

/**
 * The way of a message from the vendor to the agent: written, put together, judged, routed, handed over. Each step is a
 * state of its row; after a crash the next process goes on from there.
 */
export function createInbound(deps: InboundDeps): Inbound {
  const { config, store, clock, logger, metrics } = deps;
  const inbox = store.channelInbox;
  const lanes = createKeyedLanes(logger);
  const assemblies = new Map<string, Assembly>();
  const ending = new AbortController();
  const { signal } = ending;
  const rowWork = createRowWork(deps, signal);
  const { end, withRetries } = rowWork;
  const messages = createMessageHandler(deps, rowWork);
  const notices = createNoticeHandler(deps, rowWork);
  const endTidying = keepInboxTidy(deps);

  const depth = (): void => metrics.gauge('chela_channel_inbox_depth', lanes.total);

  const laneOf = (account: AccountName, conversation: string): string =>
    JSON.stringify([account.channel, account.accountId, conversation]);

  const enqueue = (lane: string, account: AccountName, ids: readonly number[], work: () => Promise<void>): void => {
    lanes.push(lane, async () => {
      await withRetries(account, ids, work);
      depth();
    });
    depth();
  };

  const assemblyOf = (lane: string, account: AccountName, isRecovered: boolean): Assembly => {
    const known = assemblies.get(lane);
    if (known !== undefined) return known;
    const made = createAssembly({
      clock,
      quickMs: (message) => quickMessageMs(config.current(), account.channel, message),
      ready: (units) => {
        for (const unit of units) enqueue(lane, account, unit.ids, () => messages.handle(account, unit, isRecovered));
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
    if (event.kind === 'moved') return enqueue(lane, account, [id], () => notices.move(account, id, event));
    if (event.kind === 'note') return enqueue(lane, account, [id], () => notices.note(account, id, event));
    // What stops a run must not wait behind what it stops.
    if (isStopRequest(event.commandText ?? event.text)) {
      return enqueue(`${lane}#control`, account, [id], () =>
        messages.handle(account, { ids: [id], message: event }, isRecovered),
      );
    }
    enqueue(lane, account, [id], async () => {
      const assembly = assemblyOf(lane, account, isRecovered);
      const units = assembly.add({ ids: [id], message: event });
      forgetIfIdle(lane);
      for (const unit of units) await withRetries(account, unit.ids, () => messages.handle(account, unit, isRecovered));
    });
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
      return messages.finish(account, { ids, message }, plan);
    });
  };

  return {
    async receive(account, event) {
      if (signal.aborted) throw new ChannelError('busy', 'the gateway is shutting down');
      if (lanes.total >= WAITING_LIMIT) throw new ChannelError('busy', 'too many messages wait to be handled');
      const key = eventKey(event);
      const isFlood = lanes.depth(laneOf(account, key.conversation)) >= CONVERSATION_LIMIT;
      const { created, id } = await inbox.accept({ ...account, ...key, event });
      if (!created) {
        metrics.count('chela_channel_messages_total', { channel: account.channel, outcome: 'repeated' });
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
      endTidying();
      for (const assembly of assemblies.values()) assembly.close();
      assemblies.clear();
      await Promise.race([lanes.close(), new Promise<void>((resume) => clock.after(CLOSE_MS, resume))]);
    },
  };
}
