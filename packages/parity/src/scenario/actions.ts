/** The verbs of a scenario. One step has one verb; what it returns is the raw observation. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checked } from '../checked.ts';
import { coalesce } from '../compare/coalesce.ts';
import { hasMembers, isJsonObject, type JsonObject, memberOf, stringOf, valueAt } from '../json-value.ts';
import { summarizeRequest } from '../provider/request-view.ts';
import { listFolder, readParsed } from './folder-view.ts';
import { httpStep } from './http-request.ts';
import type { Frame, LabClient } from './lab-client.ts';
import type { LabGateway } from './lab-gateway.ts';
import { type Step, StepSchema } from './scenario.ts';
import { expand, type Variables } from './template.ts';

export interface ActionContext {
  readonly gateway: LabGateway;
  readonly clientOf: (name: string | undefined) => LabClient;
  /** Names of the events that are compared. */
  readonly events: ReadonlySet<string>;
  /** Grows as steps capture values. */
  readonly variables: Variables;
  readonly noteVersion: (version: string) => void;
}

export interface StepActions {
  act(step: Step): Promise<unknown>;
}

const FRAMES_TIMEOUT_MS = 15_000;
const UNTIL_TIMEOUT_MS = 20_000;
const UNTIL_EVERY_MS = 200;

export function createActions({ gateway, clientOf, events, variables, noteVersion }: ActionContext): StepActions {
  const pending = new Map<string, { client: LabClient; id: string }>();
  /** Ids of responses already observed by `send` or `res`. */
  const answered = new Set<unknown>();
  let requestsSeen = 0;

  const isCompared = (frame: Frame): boolean => frame.type === 'event' && events.has(stringOf(frame.event) ?? '');

  /** The compared events, merged, without the sequence numbers inside their payloads. */
  const eventView = (frames: readonly Frame[], also?: string): readonly JsonObject[] =>
    coalesce(frames.filter((frame) => isCompared(frame) || (frame.type === 'event' && frame.event === also))).map(
      ({ event, payload }) => ({ event, payload: withoutSeq(payload) }),
    );

  const connect = async (client: LabClient, step: Step): Promise<unknown> => {
    const response = await client.connect(step.connect === true ? {} : step.connect, step.timeoutMs);
    client.cursor = client.log.findIndex(({ frame }) => frame === response) + 1;
    const version = valueAt(response, 'payload.server.version');
    if (typeof version === 'string' && version) noteVersion(version);
    if (step.view === 'full' || !response.ok) return responseView(response);
    return { ok: true, type: valueAt(response, 'payload.type'), protocol: valueAt(response, 'payload.protocol') };
  };

  const send = async (client: LabClient, step: Step, request: NonNullable<Step['send']>): Promise<unknown> => {
    const id = client.post(request.method, request.params);
    if (step.id) pending.set(step.id, { client, id });
    if (step.async) return undefined;
    answered.add(id);
    return responseView(await client.response(id, 1, step.timeoutMs));
  };

  const awaitResponse = async (step: Step, { of, nth }: NonNullable<Step['res']>): Promise<unknown> => {
    const request = pending.get(of);
    if (!request) throw new Error(`no request ${of}`);
    answered.add(request.id);
    return responseView(await request.client.response(request.id, nth ?? 1, step.timeoutMs));
  };

  const frames = async (client: LabClient, step: Step, want: NonNullable<Step['frames']>): Promise<unknown> => {
    const counts = (frame: Frame): boolean =>
      frame.type === 'event' ? isCompared(frame) || frame.event === 'connect.challenge' : !answered.has(frame.id);
    const fresh = (): readonly Frame[] =>
      client.log
        .slice(client.cursor)
        .map(({ frame }) => frame)
        .filter(counts);
    const count = want.count ?? 0;
    if (want.untilClose) await client.waitClose(step.timeoutMs);
    else {
      const isEnough = (): true | undefined => (fresh().length >= count ? true : undefined);
      await client.until(isEnough, step.timeoutMs ?? FRAMES_TIMEOUT_MS, `${count} frames`);
    }
    const seen = fresh();
    client.cursor = client.log.length;
    return { frames: seen, ...(want.untilClose && { close: client.closed }) };
  };

  const providerView = (view: NonNullable<Step['provider']>): unknown => {
    const all = gateway.provider.requests;
    const last = all.at(-1);
    if (view === 'last') return last ? summarizeRequest(last) : null;
    const fresh = all.slice(requestsSeen);
    requestsSeen = all.length;
    if (view === 'clear') return undefined;
    return view === 'count' ? fresh.length : fresh.map(summarizeRequest);
  };

  const until = async (step: Step, goal: NonNullable<Step['until']>): Promise<unknown> => {
    const deadline = Date.now() + (step.timeoutMs ?? UNTIL_TIMEOUT_MS);
    for (;;) {
      const seen = await act(checked(StepSchema, expand(goal.step, variables), 'step of until'));
      const value = valueAt(seen, goal.path);
      if (fits(expand(goal.equals, variables), value)) return seen;
      if (Date.now() > deadline) {
        throw new Error(`timeout: ${goal.path} is ${JSON.stringify(value)}, not ${JSON.stringify(goal.equals)}`);
      }
      await sleep(goal.everyMs ?? UNTIL_EVERY_MS);
    }
  };

  const act = async (step: Step): Promise<unknown> => {
    const client = clientOf(step.client);
    const { timeoutMs } = step;
    if (step.open) {
      await client.open(timeoutMs);
      return client.log.at(client.cursor)?.frame;
    }
    if (step.connect) return connect(client, step);
    if (step.send) return send(client, step, step.send);
    if (step.res) return awaitResponse(step, step.res);
    if (step.raw !== undefined) return client.raw(typeof step.raw === 'string' ? step.raw : JSON.stringify(step.raw));
    if (step.rawBytes) return client.raw(' '.repeat(step.rawBytes));
    if (step.frames) return frames(client, step, step.frames);
    if (step.wait) {
      const { event, where = {} } = step.wait;
      const isHit = (frame: Frame): boolean => frame.event === event && fits(where, frame.payload);
      return eventView(await client.waitEvent(isHit, timeoutMs), event);
    }
    if (step.drain) return eventView(await client.drain(step.drain, isCompared));
    if (step.close) return client.close();
    if (step.waitClose) return client.waitClose(timeoutMs);
    if (step.http) return httpStep(step.http, gateway, timeoutMs);
    if (step.provider) return providerView(step.provider);
    if (step.script) {
      gateway.provider.script(step.script);
      requestsSeen = 0;
      return undefined;
    }
    if (step.file) return readParsed(step.file);
    if (step.dir) return listFolder(step.dir);
    if (step.write) return writeFiles(step.write);
    if (step.restart) {
      await gateway.stop(step.restart === true ? 'SIGTERM' : step.restart);
      return gateway.start();
    }
    if (step.ready) return gateway.ready();
    if (step.sleep) {
      await sleep(step.sleep);
      return undefined;
    }
    if (step.until) return until(step, step.until);
    throw new Error(`step without a verb: ${JSON.stringify(step)}`);
  };

  return { act };
}

/** True when every member of `want` is in `got`. */
function fits(want: unknown, got: unknown): boolean {
  if (!hasMembers(want)) return Object.is(want, got);
  if (!hasMembers(got)) return false;
  return Object.entries(want).every(([key, member]: [string, unknown]) => fits(member, memberOf(got, key)));
}

const responseView = (frame: Frame): JsonObject =>
  Object.fromEntries(Object.entries(frame).filter(([name]) => ['ok', 'payload', 'error'].includes(name)));

function withoutSeq(payload: unknown): unknown {
  if (!isJsonObject(payload)) return payload;
  const { seq: _, ...rest } = payload;
  return rest;
}

async function writeFiles(files: Readonly<Record<string, string | null>>): Promise<undefined> {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) {
      await rm(path, { recursive: true, force: true });
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return undefined;
}
