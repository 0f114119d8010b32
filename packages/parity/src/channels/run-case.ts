/** Plays one case against a running gateway and says what differs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type JsonObject, listOf, memberOf } from '../json-value.ts';
import type { Reply } from '../provider/reply.ts';
import type { LabClient } from '../scenario/lab-client.ts';
import type { LabGateway } from '../scenario/lab-gateway.ts';
import type { CaseStep, ChannelCase, ModelAnswer } from './channel-case.ts';
import { compareCalls } from './compare-calls.ts';
import { compareChatEvents } from './compare-events.ts';
import { compareRequests, compareToolResults } from './compare-requests.ts';
import { compareRpc } from './compare-rpc.ts';
import { compareStart, isAboutStart } from './compare-start.ts';
import type { RunningPlatform } from './platform.ts';
import { quiet } from './quiet.ts';

export interface CaseRun {
  readonly gateway: LabGateway;
  readonly platform: RunningPlatform;
  readonly client: LabClient;
}

/** Without a new call, request or event for so long, a step is over. */
const QUIET_MS = 700;
const START_QUIET_MS = 1_000;
/** After the last expected call: nothing more may come. */
const EXTRA_MS = 500;
const CASE_MS = 15_000;
const LOOK_EVERY_MS = 25;

export async function runCase(one: ChannelCase, { gateway, platform, client }: CaseRun): Promise<readonly string[]> {
  const isProbed = one.expected.vendorCalls?.some(({ method }) => method === 'getMe') ?? false;
  // What the start still does is no part of a case that asks the same.
  if (isProbed && !isAboutStart(one)) await quiet(() => platform.calls().length, START_QUIET_MS);
  const callsBefore = isAboutStart(one) ? 0 : platform.calls().length;
  const calls = () =>
    platform
      .calls()
      .slice(callsBefore)
      .filter((call) => isProbed || !platform.isOfStart(call));
  gateway.provider.script(one.model.map(replyOf));
  platform.fail(one.vendorFaults ?? []);
  const framesBefore = client.log.length;
  const responses: JsonObject[] = [];
  const events = (): readonly JsonObject[] =>
    client.log.slice(framesBefore).flatMap(({ frame }) => (frame.event === 'chat' ? [frame] : []));
  const activity = (): number => calls().length + gateway.provider.requests.length + events().length;
  const pace = paceOf(one);

  const play = async (step: CaseStep): Promise<void> => {
    if (step.wait !== undefined) await sleep(step.wait);
    if (step.push) await platform.push(step.push);
    if (step.rpc !== undefined) responses.push(await client.request(step.rpc, step.params));
  };

  for (const [at, step] of one.steps.entries()) {
    await play(step);
    const next = one.steps[at + 1];
    // A step that says how long to wait sets the time itself.
    if (next && next.wait === undefined && isAct(step)) await quiet(activity, QUIET_MS + pace);
  }
  const isComplete = (): boolean =>
    calls().length >= (one.expected.vendorCalls?.length ?? 0) &&
    gateway.provider.requests.length >= (one.expected.modelRequests?.length ?? 0) &&
    events().length >= Math.min(1, one.expected.chatEvents?.length ?? 0);
  if (one.steps.length > 0) {
    if (!isAboutStart(one)) await until(isComplete, CASE_MS);
    await quiet(activity, EXTRA_MS + pace);
  }

  const seen = calls().map((call) => ({ ...platform.view(call), at: call.at }));
  const { requests } = gateway.provider;
  return [
    ...(isAboutStart(one)
      ? compareStart(
          one,
          seen.filter(({ method }) => method !== 'getUpdates'),
        )
      : compareCalls(one, seen)),
    ...compareRequests(one, requests),
    ...compareToolResults(one, requests, platform.isMessageId),
    ...compareRpc(one, responses, platform.isMessageId),
    ...compareChatEvents(one, events()),
    ...(await compareSessions(one, client)),
  ];
}

const isAct = ({ push, rpc }: CaseStep): boolean => push !== undefined || rpc !== undefined;

/** What the case itself slows down: the model, debouncing, parts that are waited for. */
function paceOf({ model, config }: ChannelCase): number {
  const delays = model.map(({ chunkDelayMs }) => chunkDelayMs ?? 0);
  const debounce = Number(memberOf(memberOf(memberOf(config, 'messages'), 'inbound'), 'debounceMs') ?? 0);
  return Math.max(0, ...delays, debounce) * 2;
}

/** The recordings ran one after the other in one gateway: a case alone has some of the sessions. */
async function compareSessions({ expected }: ChannelCase, client: LabClient): Promise<readonly string[]> {
  const want = listOf(expected.state?.sessionKeys).map(
    (key) => new RegExp(`^${String(key).replace(/<\w+>/g, '-?\\d+')}$`),
  );
  if (want.length === 0) return [];
  const { payload } = await client.request('sessions.list', {});
  const keys = listOf(memberOf(payload, 'sessions')).map((session) => String(memberOf(session, 'key')));
  return (
    keys
      // The original notes the route of private messages on the main session, which its long run had.
      .filter((key) => !/^agent:[^:]+:main$/.test(key))
      .filter((key) => !want.some((form) => form.test(key)))
      .map((key) => `state.sessionKeys: ${key} is not expected`)
  );
}

/** A scripted answer, as the fake provider plays it. */
export function replyOf({ text, chunks, chunkDelayMs, thinking, tool, args, status, error }: ModelAnswer): Reply {
  if (status !== undefined) return { status, body: { error: { message: error ?? '', type: 'invalid_request_error' } } };
  const before = { ...(thinking !== undefined && { thinking }), ...(chunkDelayMs !== undefined && { chunkDelayMs }) };
  if (tool === undefined) return { text: chunks ?? text ?? '', ...before };
  const said = chunks ?? text;
  const toolCalls = [{ name: tool, args: isJsonObject(args) ? args : {} }];
  return { ...(said !== undefined && { text: said }), toolCalls, ...before };
}

async function until(isDone: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!isDone() && Date.now() < deadline) await sleep(LOOK_EVERY_MS);
}
