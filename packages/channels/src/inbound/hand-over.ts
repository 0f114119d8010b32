import { join } from 'node:path';
import { type AgentRequest, type AgentRuntime, LaneFullError, routedEntry, type SessionRoute } from '@chela/agent';
import type { Clock, Logger } from '@chela/observability';
import type { Store } from '@chela/store';
import type { AccountName, Connections } from '../kernel.ts';
import { answeredMessage } from '../outbound/answered-message.ts';
import { connectionOf } from './account-connection.ts';
import { type FetchedAttachments, fetchAttachments, shownImages } from './fetch-attachments.ts';
import { pause } from './pause.ts';
import type { Plan } from './plan.ts';

/** Pauses while the agent takes no more; the last one repeats. */
const BUSY_PAUSES_MS = [1_000, 3_000, 10_000, 30_000] as const;
const MIB = 1024 * 1024;
/** A reaction is no reason to wait. */
const REACTION_MS = 5_000;

export interface HandOverDeps {
  readonly agent: Pick<AgentRuntime, 'submit'>;
  readonly sessions: Store['sessions'];
  readonly connections: Pick<Connections, 'get'>;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Fires when this process ends; what was not handed over is for the next. */
  readonly signal: AbortSignal;
}

export type HandedOver = 'handed' | 'tooLarge';

/**
 * Fetches the files of a batch and gives its requests to the agent. Doing it again makes no second turn. Waits while the
 * agent takes no more; rejects when the process ends meanwhile.
 */
export async function handOver(
  deps: HandOverDeps,
  account: AccountName,
  plan: Plan,
  maxMb: number,
): Promise<HandedOver> {
  const [first] = plan.requests;
  if (first === undefined) return 'handed';
  if (plan.ack !== undefined) react(deps, account, first, plan.ack);
  const fetched = await filesOf(deps, account, plan, { runId: first.runId, maxMb });
  if (fetched.isTooLarge) return 'tooLarge';
  for (const request of plan.requests) {
    const submitted = await submit(deps, withFiles(request, fetched));
    if (plan.isSequential && submitted.status === 'started') await submitted.outcome;
  }
  if (plan.mainSessionKey !== undefined) await rememberRoute(deps, plan.mainSessionKey, first);
  return 'handed';
}

async function filesOf(
  deps: HandOverDeps,
  account: AccountName,
  { attachments, media }: Plan,
  { runId, maxMb }: { readonly runId: string; readonly maxMb: number },
): Promise<FetchedAttachments> {
  if (media !== undefined) return { media, images: await shownImages(media), isTooLarge: false };
  return fetchAttachments({
    folder: join(deps.stateDir, 'media', 'inbound'),
    connection: attachments.length === 0 ? undefined : await connectionOf(deps, account),
    attachments,
    maxBytes: maxMb * MIB,
    runId,
    signal: deps.signal,
    logger: deps.logger,
  });
}

function withFiles(request: AgentRequest, { media, images }: FetchedAttachments): AgentRequest {
  const { inbound } = request;
  return { ...request, images, ...(inbound === undefined ? {} : { inbound: { ...inbound, media } }) };
}

async function submit({ agent, clock, signal, logger }: HandOverDeps, request: AgentRequest) {
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await agent.submit(request);
    } catch (error) {
      if (!(error instanceof LaneFullError)) throw error;
      const pauseMs = BUSY_PAUSES_MS[Math.min(attempt, BUSY_PAUSES_MS.length - 1)] ?? 0;
      logger.warn('the agent takes no more messages for now; the message waits', { runId: request.runId, pauseMs });
      await pause(clock, pauseMs, signal);
    }
  }
}

/** Not awaited: whether the vendor takes a reaction decides nothing. */
function react(
  { connections, clock, logger }: HandOverDeps,
  account: AccountName,
  request: AgentRequest,
  emoji: string,
): void {
  const connection = connections.get(account);
  const { origin } = request;
  if (connection?.react === undefined || origin === undefined) return;
  const { to, threadId } = origin;
  const address = { to, ...(threadId !== undefined && { threadId }) };
  const limit = new Promise<void>((resolve) => clock.after(REACTION_MS, resolve));
  Promise.race([connection.react(address, answeredMessage(origin), emoji), limit]).catch((error: unknown) => {
    logger.warn('a reaction could not be set', { runId: request.runId, error });
  });
}

/**
 * The owner's main session, where there is one, keeps the way to them for what the agent says unasked (reference
 * channels/framework.md §10; golden telegram/tg-072).
 */
async function rememberRoute({ sessions }: HandOverDeps, key: string, request: AgentRequest): Promise<void> {
  const { origin, inbound, agentId, channel } = request;
  if (origin === undefined || inbound === undefined || channel === undefined) return;
  const route: SessionRoute = {
    to: inbound.chatId,
    from: inbound.from,
    accountId: origin.accountId,
    chatType: inbound.chatType,
    ...(origin.threadId !== undefined && { threadId: origin.threadId }),
    ...(inbound.sender.name !== undefined && { label: inbound.sender.name }),
  };
  const known = (await sessions.get(key))?.entry;
  if (known === undefined) return;
  await sessions.upsert(key, agentId, (current) => routedEntry(current ?? known, channel, route));
}
