import { DEFAULT_ACCOUNT_ID } from '@chela/agent';
import type { ConfigService } from '@chela/config';
import type { MessageCall, MessageRoom } from '@chela/tools';
import { reactionProblem } from '../access/reaction-level.ts';
import { accountSettings, defaultAccountId } from '../accounts/account-settings.ts';
import type { ConnectionSupervisor } from '../connections/connections.ts';
import type { ChannelAdapter } from '../contract/adapter.ts';
import type { OutboundAddress, OutboundPart } from '../contract/outbound.ts';
import { loadMarkdown } from '../format/markdown.ts';
import type { AccountName, AdapterCatalog, NewSending, Outbound } from '../kernel.ts';
import { mirrorPlace } from '../outbound/mirror-place.ts';
import { renderMessages } from '../reply/render.ts';
import { replySettings } from '../reply/reply-settings.ts';
import { openActions } from './action-gates.ts';
import { type ActionParams, flagParam, numberParam, textParam, textsParam } from './action-params.ts';
import {
  NAMES_ITS_TARGET,
  SENDING,
  SHOWING,
  SHOWN_WHEN_DRY,
  unsupportedAction,
  WITHOUT_TARGET,
} from './action-rules.ts';
import { crossContextProblem, mayBroadcast, type Place } from './cross-context.ts';
import { keepBuffer } from './keep-buffer.ts';
import { pollPart, readPoll } from './poll-part.ts';
import { readButtons } from './read-buttons.ts';
import { resolveTarget } from './resolve-target.ts';
import { toolSendResult } from './send-result.ts';
import { sendThrough } from './send-through.ts';

export interface MessageActionsDeps {
  readonly config: Pick<ConfigService, 'current'>;
  readonly catalog: AdapterCatalog;
  readonly connections: ConnectionSupervisor;
  readonly outbound: () => Pick<Outbound, 'enqueue' | 'settled'>;
  /** `<state>/media`. */
  readonly mediaDir: string;
}

type Result = Readonly<Record<string, unknown>>;

/** One action on one channel, with its target found. */
interface Task {
  readonly call: MessageCall;
  readonly params: ActionParams;
  readonly adapter: ChannelAdapter;
  readonly account: AccountName;
  /** Absent for actions that have no target. */
  readonly address: OutboundAddress | undefined;
}

const INTERNAL_CHANNEL = 'webchat';
/** As the channel of a broadcast: every one that is set up. */
const ALL_CHANNELS = 'all';
const WAIT_MS = 30_000;
/** The message tool's way to the channels (reference channels/framework.md §18). */
export function createMessageActions(deps: MessageActionsDeps): MessageRoom {
  const { config, catalog, connections } = deps;

  /** Channels with an account that could work, in the contract's order. */
  const channelsThatAre = (): readonly string[] => {
    const usable = connections.views().flatMap(({ channel, state }) => (isUsable(state.kind) ? [channel] : []));
    const orderOf = (channel: string): number => connections.adapter(channel)?.facts.order ?? Number.MAX_SAFE_INTEGER;
    return [...new Set(usable)].sort((a, b) => orderOf(a) - orderOf(b));
  };

  const settingsOf = ({ channel, accountId }: AccountName) => accountSettings(config.current(), channel, accountId);

  function actionsOf({ channel, accountId }: AccountName): readonly string[] {
    const adapter = connections.adapter(channel);
    if (adapter === undefined) return [];
    return openActions(adapter.facts, settingsOf({ channel, accountId }));
  }

  const defaultOf = (channel: string): AccountName => ({
    channel,
    accountId: defaultAccountId(config.current(), channel),
  });

  /** The channel that is named, else the conversation's, else the only one there is. */
  async function channelOf({ params, origin }: MessageCall): Promise<ChannelAdapter> {
    const named = textParam(params, 'channel')?.toLowerCase();
    const current = origin?.channel === INTERNAL_CHANNEL ? undefined : origin?.channel;
    const all = channelsThatAre();
    const wanted = named === undefined || named === INTERNAL_CHANNEL ? (current ?? onlyOne(all)) : named;
    if (wanted === undefined) {
      if (all.length === 0) throw new Error('Channel is required (no configured channels detected).');
      throw new Error(`Channel is required when multiple channels are configured: ${all.join(', ')}`);
    }
    const known = connections.adapter(wanted) ?? (await catalog.load(wanted).catch(() => undefined));
    const adapter = known && connections.adapter(known.facts.id);
    if (adapter === undefined) throw new Error(`Unknown channel: ${wanted}`);
    return adapter;
  }

  function accountOf({ params, origin }: MessageCall, channel: string): AccountName {
    const named = textParam(params, 'accountId');
    if (named !== undefined) return { channel, accountId: named };
    if (origin?.channel === channel) return { channel, accountId: origin.accountId ?? DEFAULT_ACCOUNT_ID };
    return defaultOf(channel);
  }

  async function addressOf(call: MessageCall, adapter: ChannelAdapter, account: AccountName) {
    const { action, params, origin } = call;
    const target = textParam(params, 'target', 'to', 'channelId');
    const threadId = textParam(params, 'threadId');
    if (target !== undefined) {
      const address = await resolveTarget(adapter, connections.get(account), target);
      return threadId === undefined ? address : { ...address, threadId };
    }
    if (WITHOUT_TARGET.has(action)) return undefined;
    if (NAMES_ITS_TARGET.has(action)) throw new Error('to required');
    const isSubagent = call.sessionKey.includes(':subagent:');
    const isHere = origin?.channel === adapter.facts.id && origin.to !== undefined;
    if (!isHere || (isSubagent && SENDING.has(action))) throw new Error(`Action ${action} requires a target.`);
    const thread = threadId ?? origin.threadId;
    return { to: origin.to, ...(thread !== undefined && { threadId: thread }) };
  }

  function assertAllowed({ call, adapter, address }: Task): void {
    if (address === undefined || !SHOWING.has(call.action)) return;
    const place: Place = { channel: adapter.facts.id, to: address.to };
    const problem = crossContextProblem(config.current(), call.action, placeOf(call), place);
    if (problem !== undefined) throw new Error(problem);
  }

  function assertSends({ facts }: ChannelAdapter, account: AccountName): void {
    const gate = facts.actions.find(({ name }) => name === 'send')?.gate;
    if (gate !== undefined && !actionsOf(account).includes('send')) {
      throw new Error(`${facts.label} ${gate} is disabled.`);
    }
  }

  async function perform(call: MessageCall): Promise<Result> {
    if (call.action === 'broadcast') return broadcast(call);
    const adapter = await channelOf(call);
    const { id } = adapter.facts;
    const account = accountOf(call, id);
    if (!connections.views(id).some(({ accountId }) => accountId === account.accountId)) {
      throw new Error(`Unknown account "${account.accountId}" of channel ${id}.`);
    }
    if (call.action === 'send') assertSends(adapter, account);
    const isPollOfOperator = call.action === 'poll' && call.agentId === '' && adapter.facts.can.polls === true;
    if (call.action !== 'send' && !isPollOfOperator && !actionsOf(account).includes(call.action)) {
      throw new Error(unsupportedAction(adapter.facts, call.action));
    }
    const address = await addressOf(call, adapter, account);
    const task: Task = { call, params: call.params, adapter, account, address };
    assertAllowed(task);
    const problem = call.action === 'react' ? reactionProblem(adapter.facts, settingsOf(account)) : undefined;
    if (problem !== undefined) throw new Error(problem);
    assertComplete(task);
    return flagParam(call.params, 'dryRun') ? dryRunResult(task) : run(task);
  }

  /** What would be sent, in the form of a send that was; other actions only say that they could be done. */
  function dryRunResult({ call, params, adapter, address }: Task): Result {
    const { facts, targets } = adapter;
    if (address === undefined || !SHOWN_WHEN_DRY.has(call.action)) {
      return { ok: true, dryRun: true, channel: facts.id, action: call.action };
    }
    const to = facts.results?.namesChannel === true ? targets.write(address) : address.to;
    const media = mediaParam(params) ?? null;
    return { channel: facts.id, to, via: 'direct', mediaUrl: media, dryRun: true };
  }

  function run(task: Task): Promise<Result> {
    switch (task.call.action) {
      case 'send':
      case 'thread-reply':
        return send(task);
      case 'poll':
        return show(task, [poll(task)]);
      case 'sticker':
        return show(task, [sticker(task)]);
      case 'edit':
        return task.adapter.facts.can.edit ? edit(task) : act(task);
      default:
        return act(task);
    }
  }

  async function send(task: Task): Promise<Result> {
    const { params } = task;
    const buffer = textParam(params, 'buffer');
    const media =
      mediaParam(params) ?? (buffer && (await keepBuffer(deps.mediaDir, buffer, textParam(params, 'filename'))));
    const text = textParam(params, 'message', 'caption') ?? '';
    const buttons = allowedButtons(task);
    return deliver(task, {
      text,
      ...(media && { mediaUrls: [media] }),
      ...(buttons && { buttons }),
      ...(flagParam(params, 'asVoice') && { asVoice: true }),
      ...(flagParam(params, 'gifPlayback') && { asGif: true }),
    });
  }

  function allowedButtons({ params, adapter, account, address }: Task): ReturnType<typeof readButtons> {
    const buttons = readButtons(params.buttons);
    if (buttons === undefined || address === undefined) return undefined;
    const problem = adapter.buttonProblem?.(settingsOf(account), address);
    if (problem !== undefined) throw new Error(problem);
    return buttons;
  }

  /** The text of an edit is formatted by the channel's rules, like a send. */
  async function edit(task: Task): Promise<Result> {
    const { call, params, adapter, account } = task;
    const messageId = textParam(params, 'messageId');
    const message = textParam(params, 'message');
    if (messageId === undefined) throw new Error('messageId required');
    if (message === undefined) throw new Error('message required');
    const { facts } = adapter;
    const { render } = replySettings({
      config: config.current(),
      account: settingsOf(account),
      facts,
      agentId: call.agentId,
    });
    const [text, ...more] = renderMessages(await loadMarkdown(), message, render);
    if (text === undefined || more.length > 0) throw new Error('message is too long for one message');
    const buttons = allowedButtons(task);
    return show(task, [{ kind: 'edit', messageId, text, ...(buttons && { buttons }) }]);
  }

  const show = (task: Task, parts: readonly OutboundPart[]): Promise<Result> => deliver(task, { parts });

  async function deliver(task: Task, what: Partial<NewSending>): Promise<Result> {
    const { call, params, adapter, account, address } = task;
    if (address === undefined) throw new Error(`Action ${call.action} requires a target.`);
    const replyToId = textParam(params, 'replyTo');
    const quoteText = textParam(params, 'quoteText');
    const sending: NewSending = {
      account,
      address,
      key: `tool:${call.runId}:${call.callId}`,
      sessionKey: call.sessionKey,
      agentId: call.agentId,
      ...(replyToId !== undefined && { replyToId }),
      ...(quoteText !== undefined && { quoteText }),
      ...(flagParam(params, 'silent') && { silent: true }),
      ...(flagParam(params, 'bestEffort') && { bestEffort: true }),
      ...what,
    };
    const mirror = mirrorOf(task, address);
    const view = () => connections.views(account.channel).find(({ accountId }) => accountId === account.accountId);
    const waitMs = numberParam(params, 'timeoutMs') ?? WAIT_MS;
    const end = await sendThrough({ outbound: deps.outbound(), view }, { ...sending, ...mirror }, waitMs);
    return toolSendResult(adapter.facts, address.to, what.mediaUrls?.[0], end);
  }

  /** The call stands in its own conversation already; another one is told. */
  function mirrorOf({ call, adapter, account }: Task, address: OutboundAddress): Pick<NewSending, 'mirror'> {
    const mirror = mirrorPlace(config.current(), adapter, account, address);
    return mirror === undefined || mirror.sessionKey === call.sessionKey ? {} : { mirror };
  }

  /** What the kernel has no part for is the adapter's own. */
  async function act({ call, params, adapter, account, address }: Task): Promise<Result> {
    const connection = connections.get(account);
    if (connection?.act === undefined) {
      const view = connections.views(account.channel).find(({ accountId }) => accountId === account.accountId);
      throw new Error(
        `${adapter.facts.label} is not connected (${view?.lastError ?? view?.state.kind ?? 'unknown'}). Nothing was done.`,
      );
    }
    const messageId = textParam(params, 'messageId') ?? (isHere(call, account) ? call.origin?.messageId : undefined);
    const given = {
      ...params,
      ...(address && { to: address.to }),
      ...(address?.threadId !== undefined && { threadId: address.threadId }),
      ...(messageId !== undefined && { messageId }),
    };
    const result = await connection.act(call.action, given, call.signal);
    return typeof result === 'object' && result !== null ? { ...result } : { ok: true, result };
  }

  /** The channel that is named, or all that there are. */
  async function channelsOf(call: MessageCall): Promise<readonly ChannelAdapter[]> {
    if (textParam(call.params, 'channel')?.toLowerCase() !== ALL_CHANNELS) return [await channelOf(call)];
    const all = channelsThatAre().flatMap((id) => connections.adapter(id) ?? []);
    if (all.length === 0) throw new Error('Broadcast requires at least one configured channel.');
    return all;
  }

  async function broadcast(call: MessageCall): Promise<Result> {
    if (!mayBroadcast(config.current())) {
      throw new Error('Broadcast is disabled. Set tools.message.broadcast.enabled to true.');
    }
    const targets = textsParam(call.params, 'targets');
    if (targets.length === 0) throw new Error('Action broadcast requires a target.');
    const adapters = await channelsOf(call);
    const places = adapters.flatMap(({ facts }) => targets.map((to) => ({ channel: facts.id, to })));
    const results: Result[] = [];
    for (const [index, { channel, to }] of places.entries()) {
      const params = { ...call.params, channel, target: to };
      const single = { ...call, action: 'send', params, callId: `${call.callId}:${index}` };
      results.push(
        await perform(single).then(
          (result) => ({ channel, to, ok: true, result }),
          (error: unknown) => ({
            channel,
            to,
            ok: false,
            error: error instanceof Error ? error.message : String(error),
          }),
        ),
      );
    }
    return { ok: results.every(({ ok }) => ok === true), results };
  }

  return {
    actions(channel) {
      const wanted = channel === undefined || channel === INTERNAL_CHANNEL ? channelsThatAre() : [channel];
      return [...new Set(wanted.flatMap((id) => actionsOf(defaultOf(id))))];
    },
    hasButtons: (channel) =>
      (channel === undefined ? channelsThatAre() : [channel]).some(
        (id) => connections.adapter(id)?.facts.can.buttons === true,
      ),
    perform,
  };
}

const isUsable = (kind: string): boolean => kind !== 'disabled' && kind !== 'unconfigured';

const onlyOne = (channels: readonly string[]): string | undefined => (channels.length === 1 ? channels[0] : undefined);

function placeOf({ origin }: MessageCall): Place | undefined {
  const { channel, to } = origin ?? {};
  return channel === undefined || channel === INTERNAL_CHANNEL || to === undefined ? undefined : { channel, to };
}

const isHere = ({ origin, params }: MessageCall, { channel }: AccountName): boolean =>
  origin?.channel === channel && textParam(params, 'target', 'to', 'channelId') === undefined;

/** What is missing of an action is said before anything is done, and when nothing will be. */
function assertComplete(task: Task): void {
  const { call, params } = task;
  if (call.action === 'poll') poll(task);
  if (call.action !== 'send' && call.action !== 'thread-reply') return;
  if (textParam(params, 'message', 'caption', 'buffer') === undefined && mediaParam(params) === undefined) {
    throw new Error('message required');
  }
}

const mediaParam = (params: ActionParams): string | undefined => textParam(params, 'media', 'path', 'filePath');

const poll = ({ adapter, params }: Task): OutboundPart => pollPart(adapter.facts, readPoll(params));

function sticker({ params }: Task): OutboundPart {
  const fileId = textsParam(params, 'stickerId')[0] ?? textParam(params, 'fileId');
  if (fileId === undefined) throw new Error('stickerId required');
  const replyToId = textParam(params, 'replyTo');
  return { kind: 'sticker', fileId, ...(replyToId !== undefined && { replyToId }) };
}
