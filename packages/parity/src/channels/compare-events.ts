import { isJsonObject, type JsonObject, stringOf, valueAt } from '../json-value.ts';
import type { ChannelCase } from './channel-case.ts';
import { differences, type MatchRules, unlike } from './match.ts';
import { textRule } from './own-texts.ts';

/** Counts shared with other events, and times. */
const UNSTABLE = /\.(seq|timestamp)$/;
const WORDS = /\.content\[\d+\]\.text$/;
/** The run of a message that somebody put into the conversation, with the message's id. */
const INJECTED = /^inject-\S+$/;

/** Chat events of a case: what was streamed grows to what is final. */
export function compareChatEvents(one: ChannelCase, events: readonly JsonObject[]): readonly string[] {
  const want = one.expected.chatEvents;
  if (!want) return [];
  const expected = lastOfStretch(want.map(({ payload }) => payload));
  const found = lastOfStretch(events.flatMap(({ payload }) => (isJsonObject(payload) ? [payload] : [])));
  if (expected.length !== found.length) return [unlike('chatEvents', expected.map(stateOf), found.map(stateOf))];
  const rules = rulesOf(one);
  return expected.flatMap((payload, at) => comparePayload(payload, found[at] ?? {}, `chatEvents[${at}]`, rules));
}

/** Words of the script are compared letter by letter, those of the gateway by their facts. */
function rulesOf(one: ChannelCase): MatchRules {
  const words = textRule(one);
  return {
    ignore: UNSTABLE,
    text(want, got, path) {
      if (WORDS.test(path)) return words(want, got, path);
      return INJECTED.test(want) && INJECTED.test(got) ? undefined : unlike(path, want, got);
    },
  };
}

const stateOf = ({ state }: JsonObject): unknown => state;
const textOf = (payload: JsonObject): string => stringOf(valueAt(payload, 'message.content.0.text')) ?? '';

/** Of deltas in a row, only the last: their number is a matter of the moment. */
const lastOfStretch = (payloads: readonly JsonObject[]): readonly JsonObject[] =>
  payloads.filter((payload, at) => payload.state !== 'delta' || payloads[at + 1]?.state !== 'delta');

/** How far an answer was when it was stopped or shown is a matter of the moment as well. */
function comparePayload(want: JsonObject, got: JsonObject, path: string, rules: MatchRules): readonly string[] {
  const isMoment = want.state === 'delta' || want.state === 'aborted';
  const [wanted, found] = [textOf(want), textOf(got)];
  if (isMoment && !wanted.startsWith(found) && !found.startsWith(wanted))
    return [unlike(`${path}.text`, wanted, found)];
  return differences(isMoment ? without(want) : want, isMoment ? without(got) : got, path, rules);
}

function without({ message: _, ...rest }: JsonObject): JsonObject {
  return rest;
}
