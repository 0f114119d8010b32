import Type, { type Static } from 'typebox';
import { RuleSchema } from '../compare/rules.ts';
import { ReplySchema } from '../provider/reply.ts';

const text = Type.String();
const textMap = Type.Record(text, text);
const yes = Type.Literal(true);
const anything = Type.Unknown();

/** How a client of a scenario connects. Unset members take the defaults of `connectParams`. */
export const ProfileSchema = Type.Object({
  role: Type.Optional(Type.Union([Type.Literal('operator'), Type.Literal('node')])),
  scopes: Type.Optional(Type.Array(text)),
  device: Type.Optional(Type.Union([text, Type.Null()], { description: 'name of the device key; null: no device' })),
  auth: Type.Optional(anything),
  client: Type.Optional(Type.Record(text, anything)),
  caps: Type.Optional(Type.Array(text)),
  commands: Type.Optional(Type.Array(text)),
  extra: Type.Optional(Type.Record(text, anything)),
  headers: Type.Optional(textMap),
  tamper: Type.Optional(
    Type.Object({
      skewMs: Type.Optional(Type.Number()),
      badSignature: Type.Optional(Type.Boolean()),
      nonce: Type.Optional(Type.Union([text, Type.Null()])),
      id: Type.Optional(text),
      version: Type.Optional(Type.Union([Type.Literal('v1'), Type.Literal('v2')])),
    }),
  ),
});
export type Profile = Static<typeof ProfileSchema>;

const HttpSchema = Type.Object({
  method: Type.Optional(text),
  path: text,
  headers: Type.Optional(textMap),
  body: Type.Optional(anything),
  auth: Type.Optional(Type.String({ description: 'token, bad, none, or the bearer itself' })),
});
export type HttpRequest = Static<typeof HttpSchema>;

/** One step: one verb, and how to look at what it shows. `expect` is what was recorded. */
export const StepSchema = Type.Object({
  client: Type.Optional(text),
  id: Type.Optional(Type.String({ description: 'name for res' })),
  note: Type.Optional(text),
  rules: Type.Optional(Type.Array(RuleSchema)),
  capture: Type.Optional(textMap),
  timeoutMs: Type.Optional(Type.Number()),
  expect: Type.Optional(anything),

  open: Type.Optional(yes),
  connect: Type.Optional(Type.Union([yes, Type.Record(text, anything)])),
  view: Type.Optional(Type.Union([Type.Literal('ok'), Type.Literal('full')])),
  send: Type.Optional(Type.Object({ method: text, params: Type.Optional(anything) })),
  async: Type.Optional(Type.Boolean()),
  res: Type.Optional(Type.Object({ of: text, nth: Type.Optional(Type.Number()) })),
  raw: Type.Optional(anything),
  rawBytes: Type.Optional(Type.Number()),
  frames: Type.Optional(Type.Object({ count: Type.Optional(Type.Number()), untilClose: Type.Optional(yes) })),
  wait: Type.Optional(Type.Object({ event: text, where: Type.Optional(anything) })),
  drain: Type.Optional(Type.Number()),
  close: Type.Optional(yes),
  waitClose: Type.Optional(yes),
  http: Type.Optional(HttpSchema),
  provider: Type.Optional(
    Type.Union([Type.Literal('requests'), Type.Literal('last'), Type.Literal('count'), Type.Literal('clear')]),
  ),
  script: Type.Optional(Type.Array(ReplySchema)),
  file: Type.Optional(text),
  dir: Type.Optional(text),
  write: Type.Optional(Type.Record(text, Type.Union([text, Type.Null()]))),
  restart: Type.Optional(Type.Union([yes, Type.Literal('SIGTERM'), Type.Literal('SIGKILL'), Type.Literal('SIGINT')])),
  ready: Type.Optional(yes),
  sleep: Type.Optional(Type.Number()),
  until: Type.Optional(
    Type.Object({ step: anything, path: text, equals: anything, everyMs: Type.Optional(Type.Number()) }),
  ),
});
export type Step = Static<typeof StepSchema>;

const SetupSchema = Type.Object({
  config: Type.Optional(Type.Unknown({ description: 'the configuration file; a string is written as it is' })),
  files: Type.Optional(Type.Record(text, anything)),
  env: Type.Optional(textMap),
  reuse: Type.Optional(Type.Boolean({ description: 'may share a running gateway with scenarios of the same setup' })),
  provider: Type.Optional(Type.Object({ replies: Type.Optional(Type.Array(anything)) })),
});
export type Setup = Static<typeof SetupSchema>;

/** A scenario; with `expect` in its steps it is a trace. */
export const ScenarioSchema = Type.Object({
  name: text,
  subsystem: text,
  seedRef: Type.Optional(Type.Array(text)),
  proves: text,
  setup: SetupSchema,
  clients: Type.Record(text, ProfileSchema),
  steps: Type.Array(StepSchema),
  match: Type.Optional(
    Type.Object({
      events: Type.Optional(Type.Array(text)),
      rules: Type.Optional(Type.Array(RuleSchema)),
      text: Type.Optional(Type.Array(Type.Object({ pattern: text, replace: text }))),
      loosened: Type.Optional(text),
    }),
  ),
});
export type Scenario = Static<typeof ScenarioSchema>;
