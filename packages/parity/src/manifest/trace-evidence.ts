/**
 * What a trace proves, read from its steps: a method by a checked answer that is no error, an event by a compared
 * frame, a tool by a call the scripted model makes and the gateway runs, a chat command by the message that is one, a
 * node command by an invoke that succeeds, an endpoint by a checked success, a model API by requests that are compared.
 */
import { hasMembers, isJsonObject, listOf, memberOf, stringOf, valueAt } from '../json-value.ts';
import { type ScenarioFile, scenarioName } from '../scenario/load-scenarios.ts';
import type { Scenario, Step } from '../scenario/scenario.ts';

interface Endpoint {
  readonly id: string;
  readonly method: string;
  readonly path: RegExp;
  readonly body?: (body: unknown) => boolean;
}

const isStream = (body: unknown): boolean => memberOf(body, 'stream') === true;

const ENDPOINTS: readonly Endpoint[] = [
  { id: 'http/chat-completions', method: 'POST', path: /^\/v1\/chat\/completions$/, body: (body) => !isStream(body) },
  { id: 'http/chat-completions-stream', method: 'POST', path: /^\/v1\/chat\/completions$/, body: isStream },
  { id: 'http/responses', method: 'POST', path: /^\/v1\/responses$/, body: (body) => !isStream(body) },
  { id: 'http/responses-stream', method: 'POST', path: /^\/v1\/responses$/, body: isStream },
  { id: 'http/tools-invoke', method: 'POST', path: /^\/tools\/invoke$/ },
  { id: 'http/hooks-wake', method: 'POST', path: /^\/hooks\/wake$/ },
  { id: 'http/hooks-agent', method: 'POST', path: /^\/hooks\/agent$/ },
  { id: 'http/hooks-mapped', method: 'POST', path: /^\/hooks\/(?!wake$|agent$)\w/ },
  { id: 'http/ui-config', method: 'GET', path: /\/__openclaw__\/control-ui-config\.json$/ },
  { id: 'http/avatar', method: 'GET', path: /\/avatar\/[\w-]+(\?meta=1)?$/ },
  { id: 'http/canvas', method: 'GET', path: /^\/__openclaw__\/canvas\// },
  { id: 'http/a2ui', method: 'GET', path: /^\/__openclaw__\/a2ui\// },
];

const HTTP_OK = 200;
const HTTP_REDIRECT = 300;

/** Ids of the requirements that the trace is evidence for, each once. */
export function provenBy(scenario: Scenario): readonly string[] {
  const steps = scenario.steps.flatMap(withInnerStep);
  const found = [
    ...steps.flatMap((step) => provenByAnswer(step, steps)),
    ...steps.flatMap((step) => provenByEvents(step.expect)),
    ...provenByReplies(scenario, steps),
    ...provenByModelRequests(scenario, steps),
  ];
  return [...new Set(found)];
}

/** `until` repeats a step; what it shows at last is checked. */
function withInnerStep(step: Step): readonly Step[] {
  const inner = memberOf(step.until, 'step');
  return isStep(inner) ? [{ ...inner, expect: step.expect }] : [step];
}

const isStep = (value: unknown): value is Step => isJsonObject(value);

/** The answer of a `send` stands at it, or at the `res` steps of its id. */
function answersOf(step: Step, steps: readonly Step[]): readonly unknown[] {
  const later = step.id ? steps.filter(({ res }) => res?.of === step.id).map(({ expect }) => expect) : [];
  return [step.expect, ...later].filter((expect) => expect !== undefined);
}

function provenByAnswer(step: Step, steps: readonly Step[]): readonly string[] {
  if (step.connect) return isOk(step.expect) ? ['method/connect'] : [];
  if (step.http) return provenByHttp(step.http, step.expect);
  if (!step.send || !answersOf(step, steps).some(isOk)) return [];
  const { method, params } = step.send;
  const ids = [`method/${method}`];
  const message = stringOf(memberOf(params, 'message'));
  if (method === 'chat.send' && message?.startsWith('/')) ids.push(`slash-alias/${message.split(/[\s:]/, 1)[0]}`);
  const command = stringOf(memberOf(params, 'command'));
  if (method === 'node.invoke' && command) ids.push(`node-command/${command}`);
  return ids;
}

const isOk = (expect: unknown): boolean => memberOf(expect, 'ok') === true;

function provenByHttp(request: NonNullable<Step['http']>, expect: unknown): readonly string[] {
  const status = Number(memberOf(expect, 'status'));
  if (!(status >= HTTP_OK && status < HTTP_REDIRECT)) return [];
  const fits = ({ method, path, body }: Endpoint): boolean =>
    method === (request.method ?? 'GET') && path.test(request.path) && (body?.(request.body) ?? true);
  return ENDPOINTS.filter(fits).map(({ id }) => id);
}

/** Event frames anywhere in what a step compared; the challenge stands alone. */
function provenByEvents(expect: unknown): readonly string[] {
  if (!hasMembers(expect)) return [];
  const event = stringOf(memberOf(expect, 'event'));
  const own = event !== undefined && Object.hasOwn(expect, 'payload') ? [`event/${event}`] : [];
  const inner = Array.isArray(expect) ? expect : listOf(memberOf(expect, 'frames'));
  return [...own, ...inner.flatMap(provenByEvents)];
}

/** Calls in the scripted replies whose results came back to the model in a request that is compared. */
function provenByReplies(scenario: Scenario, steps: readonly Step[]): readonly string[] {
  const scripts = [listOf(scenario.setup.provider?.replies), ...steps.map(({ script }) => listOf(script))].flat();
  const names = scripts.flatMap((reply) => listOf(memberOf(reply, 'toolCalls'))).flatMap(nameOf);
  const shown = JSON.stringify(steps.map(({ expect }) => expect ?? null));
  const ran = (name: string): boolean => shown.includes(`"${name}"`) && !shown.includes(`Tool ${name} not found`);
  return [...new Set(names)].filter(ran).map((name) => `tool/${name}`);
}

const nameOf = (call: unknown): readonly string[] => {
  const name = stringOf(memberOf(call, 'name'));
  return name === undefined ? [] : [name];
};

function provenByModelRequests(scenario: Scenario, steps: readonly Step[]): readonly string[] {
  const isCompared = steps.some(({ provider, expect }) => (provider === 'last' || provider === 'requests') && expect);
  if (!isCompared) return [];
  const providers = valueAt(scenario.setup.config, 'models.providers');
  const entries = isJsonObject(providers) ? Object.values(providers) : [];
  return entries.flatMap((entry) => stringOf(memberOf(entry, 'api')) ?? []).map((api) => `model-api/${api}`);
}

/** At most so many traces are named for one requirement: those of its own group first. */
const NAMED_TRACES = 6;

/** Requirement id → the traces that prove it, as evidence ids. */
export function evidenceOfTraces(entries: readonly ScenarioFile[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { scenario } of entries) {
    for (const id of provenBy(scenario)) {
      const names = found.get(id) ?? [];
      names.push(scenarioName(scenario));
      found.set(id, names);
    }
  }
  return new Map([...found].map(([id, names]) => [id, nearest(id, names).map((name) => `trace:${name}`)]));
}

function nearest(id: string, names: readonly string[]): readonly string[] {
  const word = id.split(/[/.]/)[1] ?? '';
  const distance = (name: string): number => (name.split('/')[0]?.startsWith(word) ? 0 : 1);
  return names
    .toSorted((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1))
    .slice(0, NAMED_TRACES)
    .toSorted();
}
