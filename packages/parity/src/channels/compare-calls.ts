import type { VendorCall } from '@chela/channel-lab';
import { memberOf, stringOf } from '../json-value.ts';
import type { ChannelCase, ExpectedCall } from './channel-case.ts';
import { differences, type MatchRules, show, unlike } from './match.ts';
import { textRule } from './own-texts.ts';

/** A call as it was seen, in the words of the golden files. */
export interface SeenCall extends ExpectedCall {
  readonly at: VendorCall['at'];
}

/** Shown beside the conversation: they may stand one place earlier or later, and typing is repeated while it lasts. */
const SIGNS = new Set(['sendChatAction', 'setMessageReaction']);
const TIME_TOLERANCE = { share: 0.3, ms: 400 };

/** What the vendor saw against what it should have seen. */
export function compareCalls(one: ChannelCase, seen: readonly SeenCall[]): readonly string[] {
  const want = one.expected.vendorCalls ?? [];
  const startedAt = seen[0]?.at ?? 0;
  const got = seen.map((call) => ({ ...call, atMs: call.at - startedAt }));
  const rules: MatchRules = { text: textRule(one) };
  const isSign = ({ method }: ExpectedCall): boolean => SIGNS.has(method);
  return [
    ...compareLists(
      withoutMiddleDrafts(want.filter((c) => !isSign(c))),
      withoutMiddleDrafts(got.filter((c) => !isSign(c))),
      'vendorCalls',
      rules,
    ),
    ...compareLists(withoutRepeats(want.filter(isSign)), withoutRepeats(got.filter(isSign)), 'signs', rules),
  ];
}

type TimedCall = ExpectedCall;

function compareLists(
  want: readonly TimedCall[],
  got: readonly TimedCall[],
  path: string,
  rules: MatchRules,
): readonly string[] {
  const count = Math.max(want.length, got.length);
  return Array.from({ length: count }, (_, at) => {
    const [expected, found] = [want[at], got[at]];
    const place = `${path}[${at}]`;
    if (!expected)
      return [`${place}: not expected, got ${show(found && { method: found.method, params: found.params })}`];
    if (!found) return [`${place}: missing, expected ${show({ method: expected.method, params: expected.params })}`];
    return compareCall(expected, found, place, rules);
  }).flat();
}

function compareCall(want: TimedCall, got: TimedCall, path: string, rules: MatchRules): readonly string[] {
  if (want.method !== got.method)
    return [unlike(path, { method: want.method, ...want.params }, { method: got.method, ...got.params })];
  if (isDraft(want) && isDraft(got) && isSameBeginning(textOf(want), textOf(got))) return [];
  return [
    ...differences(comparable(want, want), comparable(got, want), `${path}.${want.method}`, rules),
    ...(want.injectedFailure === got.injectedFailure
      ? []
      : [unlike(`${path}.injectedFailure`, want.injectedFailure, got.injectedFailure)]),
    ...compareTime(want.atMs, got.atMs, path),
  ];
}

/**
 * The vendor takes an id as a number or as a text, and a menu as strings or objects. Whether a text without marks is sent
 * as HTML is the sender's choice.
 */
function comparable({ params }: TimedCall, want: TimedCall): Record<string, unknown> {
  const shown: Record<string, unknown> = { ...params };
  for (const key of ['chat_id', 'message_id', 'reply_to_message_id', 'message_thread_id']) {
    if (shown[key] !== undefined) shown[key] = String(shown[key]);
  }
  if (want.params.parse_mode === undefined && typeof want.params.text === 'string') shown.parse_mode = undefined;
  if (Array.isArray(shown.options)) shown.options = shown.options.map((option) => memberOf(option, 'text') ?? option);
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
}

/** The first words of an answer that is still being written: how many they are depends on the moment. */
const isSameBeginning = (want: string, got: string): boolean => want.startsWith(got) || got.startsWith(want);

const textOf = ({ params }: ExpectedCall): string => stringOf(params.text) ?? '';

/** A text with buttons is whole. */
const isDraft = ({ method, params }: ExpectedCall): boolean =>
  (method === 'sendMessage' || method === 'editMessageText') &&
  params.parse_mode === undefined &&
  params.reply_markup === undefined;

/** Drafts of a message are edited as often as time allows; the first of them and the final text are compared. */
function withoutMiddleDrafts<T extends ExpectedCall>(calls: readonly T[]): readonly T[] {
  return calls.filter((call) => !(call.method === 'editMessageText' && isDraft(call)));
}

function withoutRepeats<T extends ExpectedCall>(calls: readonly T[]): readonly T[] {
  return calls.filter((call, at) => {
    const before = calls[at - 1];
    return !before || call.method !== 'sendChatAction' || JSON.stringify(before.params) !== JSON.stringify(call.params);
  });
}

function compareTime(want: number | undefined, got: number | undefined, path: string): readonly string[] {
  if (want === undefined || got === undefined) return [];
  const isNear = Math.abs(got - want) <= want * TIME_TOLERANCE.share + TIME_TOLERANCE.ms;
  return isNear ? [] : [`${path}.atMs: expected about ${want} ms, got ${got} ms`];
}
