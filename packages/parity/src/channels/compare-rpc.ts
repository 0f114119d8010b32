import { isJsonObject, type JsonObject, listOf, memberOf } from '../json-value.ts';
import type { ChannelCase, ExpectedRpc } from './channel-case.ts';
import { anyId } from './compare-requests.ts';
import { differences } from './match.ts';

/** Times of events that the recording's long run had seen already, durations, a label of its machine. */
const UNSTABLE = /\.(elapsedMs|lastInboundAt|lastOutboundAt|lastStopAt|lastProbeAt|timestamp|name|ts)$/;
/** What a snapshot says beyond the recording; other channels of the recording have the first four. */
const MORE = /\.channelAccounts\[\d+\]\.(connected|reconnectAttempts|lastConnectedAt|lastDisconnect|health|issues)$/;
const IGNORED = new RegExp(`${UNSTABLE.source}|${MORE.source}`);
/** Members of channels.status that have an entry a channel. */
const BY_CHANNEL = [
  'channels',
  'channelAccounts',
  'channelLabels',
  'channelDetailLabels',
  'channelSystemImages',
  'channelDefaultAccountId',
];

/** Responses to the case's requests, in order. */
export function compareRpc(
  one: ChannelCase,
  responses: readonly JsonObject[],
  isMessageId: (text: string) => boolean,
): readonly string[] {
  const want = one.expected.rpc ?? [];
  return want.flatMap((expected, at) => {
    const got = responses[at];
    const path = `rpc[${at}].${expected.method}`;
    if (!got) return [`${path}: was not sent`];
    const picked = {
      ok: expected.ok ?? true,
      ...(expected.payload !== undefined && { payload: expected.payload }),
      ...(expected.error !== undefined && { error: expected.error }),
    };
    return differences(
      view(expected, picked, one.channel, () => true),
      view(expected, got, one.channel, isMessageId),
      path,
      { ignore: IGNORED },
    );
  });
}

function view(
  expected: ExpectedRpc,
  frame: JsonObject,
  channel: string,
  isMessageId: (text: string) => boolean,
): JsonObject {
  const { ok, payload, error } = frame;
  const { code, message } = isJsonObject(error) ? error : {};
  return {
    ok,
    ...(payload !== undefined && {
      payload: expected.method === 'channels.status' ? statusOf(payload, channel) : anyId(payload, isMessageId),
    }),
    ...(error !== undefined && { error: { code, message } }),
  };
}

/** The recordings ran several channels at once; one is looked at. */
function statusOf(payload: unknown, channel: string): JsonObject {
  const own = BY_CHANNEL.map((key) => [key, memberOf(memberOf(payload, key), channel)]);
  const meta = listOf(memberOf(payload, 'channelMeta')).find((entry) => memberOf(entry, 'id') === channel);
  return { ...Object.fromEntries(own), meta };
}
