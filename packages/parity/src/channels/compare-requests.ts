import { lackingFacts } from '../compare/prose.ts';
import { isJsonObject, listOf, memberOf, parseJson, stringOf } from '../json-value.ts';
import type { RecordedRequest } from '../provider/request-view.ts';
import type { ChannelCase, ExpectedModelRequest } from './channel-case.ts';
import { differences, matchesText, show, unlike } from './match.ts';

/** How a model is told to send pictures, and to greet: ours to word. */
const HINT = /^(To send an image back|A new session was started)/;
const FIRST_META = /\{\s*"schema": "openclaw\.inbound_meta[\s\S]*?\n\}/;

/** What the model was shown: the last turn of the user, and what it was told of the message. */
export function compareRequests(one: ChannelCase, requests: readonly RecordedRequest[]): readonly string[] {
  const want = one.expected.modelRequests;
  if (!want) return [];
  const got = requests.map(viewOf);
  const count = want.length === got.length ? [] : [unlike('modelRequests.length', want.length, got.length)];
  return [
    ...count,
    ...want.flatMap((expected, at) => {
      const found = got[at];
      return found ? compareRequest(one, expected, found, `modelRequests[${at}]`) : [];
    }),
  ];
}

interface SeenRequest {
  readonly user: string;
  readonly system: string;
  readonly inboundMeta: unknown;
}

function compareRequest(
  one: ChannelCase,
  want: ExpectedModelRequest,
  got: SeenRequest,
  path: string,
): readonly string[] {
  return [
    ...(want.user === undefined ? [] : compareUser(want.user, got.user, `${path}.user`)),
    ...(want.inboundMeta === undefined
      ? []
      : differences(metaOf(one, want.inboundMeta), metaOf(one, got.inboundMeta), `${path}.inboundMeta`)),
    ...(want.systemContains ?? [])
      .filter((text) => !got.system.includes(text))
      .map((text) => `${path}.system: lacks ${show(text)}`),
  ];
}

/**
 * In the web chat the system prompt does not name the message: it would be another one with each turn, and no provider could
 * keep it in its cache. The message itself carries the same facts.
 */
function metaOf({ channel }: ChannelCase, meta: unknown): unknown {
  if (channel !== 'webchat' || !isJsonObject(meta)) return meta;
  const { message_id: _id, sender_id: _sender, flags: _flags, ...rest } = meta;
  return rest;
}

/** The last turn of the user, letter by letter but for placeholders. */
export function compareUser(want: string, got: string, path: string): readonly string[] {
  if (matchesText(want, got)) return [];
  const [wanted, found] = [want.split('\n'), got.split('\n')];
  if (wanted.length !== found.length) return [unlike(path, want, got)];
  return wanted.flatMap((line, at) => {
    const other = found[at] ?? '';
    if (matchesText(line, other)) return [];
    if (HINT.test(line) && lackingFacts(line, other).length === 0) return [];
    return [unlike(`${path}:${at + 1}`, line, other)];
  });
}

function viewOf(request: RecordedRequest): SeenRequest {
  const system = lastTextOf(request, ['system', 'developer']);
  const meta = FIRST_META.exec(system)?.[0];
  return {
    user: lastTextOf(request, ['user']),
    system,
    inboundMeta: meta === undefined ? undefined : parseJson(meta),
  };
}

/** The text of the last message of one of the roles; empty without one. */
export function lastTextOf({ body }: RecordedRequest, roles: readonly string[]): string {
  const messages = listOf(memberOf(body, 'messages'));
  const last = messages.findLast((message) => roles.includes(String(memberOf(message, 'role'))));
  return textOf(memberOf(last, 'content'));
}

/** A message's content as one text; pictures are named. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((part) => stringOf(memberOf(part, 'text')) ?? `<${String(memberOf(part, 'type'))}>`)
    .join('\n');
}

/** What tools answered, in order, as the last request that tells of them shows it. */
export function compareToolResults(
  one: ChannelCase,
  requests: readonly RecordedRequest[],
  isMessageId: (text: string) => boolean,
): readonly string[] {
  const want = one.expected.toolResults;
  if (!want) return [];
  const messages = listOf(memberOf(requests.at(-1)?.body, 'messages'));
  const got = messages
    .filter((message) => memberOf(message, 'role') === 'tool')
    .map((message) => textOf(memberOf(message, 'content')));
  const count = want.length === got.length ? [] : [unlike('toolResults.length', want.length, got.length)];
  return [
    ...count,
    ...want.flatMap(({ toolResult }, at) =>
      got[at] === undefined
        ? []
        : differences(
            anyId(parseJson(toolResult), () => true),
            anyId(parseJson(got[at]), isMessageId),
            `toolResults[${at}]`,
          ),
    ),
  ];
}

/** Ids of messages are the vendor's to choose. */
export function anyId(value: unknown, isMessageId: (text: string) => boolean): unknown {
  if (!isJsonObject(value) || typeof value.messageId !== 'string' || !isMessageId(value.messageId)) return value;
  return { ...value, messageId: '<message-id>' };
}
