/** Plays a case that was recorded step by step, and says what differs at each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type JsonObject, listOf, memberOf, parseJson, stringOf } from '../json-value.ts';
import type { RecordedRequest } from '../provider/request-view.ts';
import type { StepwiseCase } from './channel-case.ts';
import { anyId, compareUser, lastTextOf } from './compare-requests.ts';
import { differences, type MatchRules, show, unlike } from './match.ts';
import { lackingTexts, lettersOf } from './own-texts.ts';
import type { RunningPlatform } from './platform.ts';
import { quiet } from './quiet.ts';
import { type CaseRun, replyOf } from './run-case.ts';

/** Nothing more happens in a step after so long without news. */
const QUIET_MS = 900;
/** Longer than what the slowest vendor's pace makes of an answer. */
const STEP_MS = 20_000;
const LOOK_EVERY_MS = 25;
/** The recordings' direct sessions were shared: lines of other channels' events may stand before this one's message. */
const OWN_PART = 'Conversation info';

type Step = StepwiseCase['steps'][number];

export async function runStepwise(one: StepwiseCase, { gateway, platform }: CaseRun): Promise<readonly string[]> {
  const { inbound, outbound } = platform;
  if (!inbound || !outbound) throw new Error(`the platform of ${one.channel} plays no cases of this format`);
  // What a recording did wrong is not asked for: its platform says what must come instead, word by word or as a rule.
  const instead = one.replacement === undefined ? undefined : platform.instead?.[one.id];
  const wantedOf = (at: number): readonly JsonObject[] => {
    const recorded = listOf(one.steps[at]?.expect?.outbound).filter(isJsonObject);
    return instead?.[at] ?? platform.inPlaceOf?.(recorded) ?? recorded;
  };
  if (one.replacement !== undefined && instead === undefined && platform.words === undefined) {
    throw new Error(`the platform of ${one.channel} does not say what goes out instead: ${one.replacement}`);
  }
  const problems: string[] = [];
  for (const [at, step] of one.steps.entries()) {
    const path = `steps[${at}]`;
    gateway.provider.script((step.modelScript ?? []).map(replyOf));
    const before = outbound().length;
    const wanted = wantedOf(at);
    const response = await inbound(step.inbound);
    const isComplete = (): boolean =>
      outbound().length - before >= wanted.length &&
      gateway.provider.requests.length >= listOf(step.expect?.modelCalls).length;
    const deadline = Date.now() + STEP_MS;
    while (!isComplete() && Date.now() < deadline) await sleep(LOOK_EVERY_MS);
    await quiet(() => outbound().length + gateway.provider.requests.length, QUIET_MS);
    problems.push(
      ...compareModelCalls(step, gateway.provider.requests, path, platform.heardInPlaceOf),
      ...(step.expect?.inboundResponse === undefined
        ? []
        : partial(step.expect.inboundResponse, response, `${path}.inboundResponse`)),
      ...compareOutbound(wanted, outbound().slice(before), {
        scripted: textsOf(step),
        path: `${path}.outbound`,
        ...(instead === undefined && platform.words && { read: platform.words }),
      }),
    );
  }
  return problems;
}

function compareModelCalls(
  step: Step,
  got: readonly RecordedRequest[],
  path: string,
  heard: (text: string) => string = (text) => text,
): readonly string[] {
  const want = listOf(step.expect?.modelCalls);
  if (want.length !== got.length) {
    const shown = got.map((request) => lastTextOf(request, ['user', 'tool']));
    return [`${path}.modelCalls: expected ${want.length}, got ${got.length}: ${show(shown)}`];
  }
  return got.flatMap((request, at) => {
    const place = `${path}.modelCalls[${at}]`;
    const role = stringOf(memberOf(want[at], 'lastRole')) ?? 'user';
    const text = stringOf(memberOf(want[at], 'lastText')) ?? '';
    const found = lastTextOf(request, [role]);
    return role === 'tool'
      ? compareResult(text, found, place)
      : compareUser(ownPart(heard(text)), ownPart(found), place);
  });
}

/** What a tool answered; the ids of messages are the vendor's to choose. */
function compareResult(want: string, got: string, path: string): readonly string[] {
  return differences(withoutIds(parseJson(want)), withoutIds(parseJson(got)), path);
}

function withoutIds(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const result = memberOf(value, 'result');
  return anyId(result === undefined ? value : { ...value, result: anyId(result, () => true) }, () => true);
}

function ownPart(text: string): string {
  const at = text.indexOf(OWN_PART);
  return at < 0 ? text : text.slice(at);
}

interface OutboundRules {
  /** What the model was made to say. */
  readonly scripted: readonly string[];
  readonly path: string;
  readonly read?: NonNullable<RunningPlatform['words']>;
}

function compareOutbound(
  want: readonly JsonObject[],
  got: readonly JsonObject[],
  { scripted, path, read }: OutboundRules,
): readonly string[] {
  const rules: MatchRules = { text: (wanted, found, at) => lackingTexts(wanted, found, at, scripted) };
  const count = Math.max(want.length, got.length);
  const problems = Array.from({ length: count }, (_, at) =>
    differences(want[at], got[at], `${path}[${at}]`, rules),
  ).flat();
  return problems.length === 0 || read === undefined ? problems : compareWords(want, got, scripted, path, read);
}

/** The words at each place, however they are laid out: letter by letter those of the script, by their facts the others. */
function compareWords(
  want: readonly JsonObject[],
  got: readonly JsonObject[],
  scripted: readonly string[],
  path: string,
  read: NonNullable<RunningPlatform['words']>,
): readonly string[] {
  const at = (calls: readonly JsonObject[]): ReadonlyMap<string, string> => {
    const places = Map.groupBy(calls.map(read), ({ place }) => place);
    return new Map([...places].map(([place, said]) => [place, said.map(({ text }) => text).join(' ')]));
  };
  const [wanted, found] = [at(want), at(got)];
  return [...new Set([...wanted.keys(), ...found.keys()])].flatMap((place) => {
    const [expected, seen] = [wanted.get(place), found.get(place)];
    if (expected === undefined || seen === undefined) return [unlike(`${path} ${place}`, expected, seen)];
    if (lettersOf(expected) === lettersOf(seen)) return [];
    return lackingTexts(expected, seen, `${path} ${place}`, scripted) ?? [];
  });
}

const textsOf = ({ modelScript }: Step): readonly string[] => (modelScript ?? []).flatMap(({ text }) => text ?? []);

/** The members that are expected; others may stand beside them, e.g. headers. */
function partial(want: unknown, got: unknown, path: string): readonly string[] {
  if (!isJsonObject(want)) return differences(want, got, path);
  return Object.entries(want).flatMap(([key, value]) => partial(value, memberOf(got, key), `${path}.${key}`));
}
