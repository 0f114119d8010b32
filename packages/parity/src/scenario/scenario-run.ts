/**
 * Runs the steps of one scenario against a started gateway. Each step gives one observation, loosened by the match
 * rules and normalized; a step that observes nothing gives undefined.
 */
import { checked } from '../checked.ts';
import { createNormalizer, type KnownFacts } from '../compare/normalizer.ts';
import { applyRules } from '../compare/rules.ts';
import { jsonCopy, memberOf, stringOf, valueAt } from '../json-value.ts';
import { parseReplies } from '../provider/parse-replies.ts';
import { createActions, type StepActions } from './actions.ts';
import { createLabClient, type LabClient } from './lab-client.ts';
import type { LabGateway } from './lab-gateway.ts';
import { ProfileSchema, type Scenario, type Step, StepSchema } from './scenario.ts';
import { expand } from './template.ts';

export interface ScenarioRun {
  step(step: Step): Promise<unknown>;
  /** What must hold at the end of every trace: the seq of broadcast events grows on every connection. */
  invariants(): readonly string[];
  /** Closes every client. */
  end(): Promise<void>;
}

const SHOWN_CHARACTERS = 400;

export function createScenarioRun(scenario: Scenario, gateway: LabGateway): ScenarioRun {
  const clients = new Map<string, LabClient>();
  const normalizer = createNormalizer(scenario.match?.text ?? []);
  const variables: Record<string, unknown> = { ...gateway.variables() };
  let known: KnownFacts = gateway.known();
  gateway.provider.script(parseReplies(expand(scenario.setup.provider?.replies ?? [], variables)));

  const clientOf = (name: string | undefined): LabClient => {
    const key = name ?? Object.keys(scenario.clients)[0] ?? '';
    const existing = clients.get(key);
    if (existing) return existing;
    const profile = scenario.clients[key];
    if (!profile) throw new Error(`no client ${key}`);
    const made = createLabClient(gateway, checked(ProfileSchema, expand(profile, variables), `client ${key}`));
    clients.set(key, made);
    return made;
  };

  const actions: StepActions = createActions({
    gateway,
    clientOf,
    events: new Set(scenario.match?.events ?? ['agent', 'chat']),
    variables,
    noteVersion: (version) => {
      if (!known.versions.includes(version)) known = { ...known, versions: [...known.versions, version] };
    },
  });

  const capture = (name: string, source: string, seen: unknown): void => {
    const [path = '', pattern] = source.split(' ~ ');
    const found = valueAt(seen, path);
    const value = pattern ? new RegExp(pattern).exec(String(found))?.[1] : found;
    if (value === undefined) {
      const shown = JSON.stringify(seen)?.slice(0, SHOWN_CHARACTERS);
      throw new Error(`nothing at ${source} to capture as ${name} in ${shown}`);
    }
    variables[name] = value;
    if (pattern) known = { ...known, literals: { ...known.literals, [String(value)]: name } };
  };

  return {
    async step(step) {
      const { expect: _, until, ...plain } = step;
      const expanded = checked(StepSchema, expand(plain, variables), 'step');
      const seen = await actions.act({ ...expanded, ...(until && { until }) });
      for (const [name, source] of Object.entries(expanded.capture ?? {})) capture(name, source, seen);
      if (seen === undefined) return undefined;
      const rules = [...(expanded.rules ?? []), ...(scenario.match?.rules ?? [])];
      return normalizer.normalize(applyRules(jsonCopy(seen), rules), known);
    },
    invariants: () => [...clients].flatMap(([name, client]) => sequenceProblem(name, client)),
    async end() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function sequenceProblem(name: string, client: LabClient): readonly string[] {
  const numbers = client.log
    .map(({ frame }) => (stringOf(frame.event) === 'connect.challenge' ? 0 : memberOf(frame, 'seq')))
    .filter((seq) => typeof seq === 'number');
  const bad = numbers.findIndex((seq, index) => index > 0 && seq !== 0 && seq <= (numbers[index - 1] ?? 0));
  return bad < 0 ? [] : [`client ${name}: event seq ${numbers[bad]} after ${numbers[bad - 1]}`];
}
