/** Golden cases of channels: what a vendor pushed, what the model said, and what the vendor saw of it. Both formats. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';
import { isJsonObject } from '../json-value.ts';

const text = Type.String();
const anything = Type.Unknown();
const members = Type.Record(text, anything);

const ModelSchema = Type.Object({
  text: Type.Optional(text),
  chunks: Type.Optional(Type.Array(text)),
  chunkDelayMs: Type.Optional(Type.Number()),
  thinking: Type.Optional(Type.String()),
  tool: Type.Optional(text),
  args: Type.Optional(anything),
  status: Type.Optional(Type.Number()),
  error: Type.Optional(text),
});
export type ModelAnswer = Static<typeof ModelSchema>;

const FaultSchema = Type.Object({
  method: text,
  param: Type.Optional(text),
  status: Type.Optional(Type.Number()),
  body: Type.Optional(anything),
  headers: Type.Optional(Type.Record(text, text)),
  times: Type.Optional(Type.Number()),
  drop: Type.Optional(anything),
});
export type VendorFault = Static<typeof FaultSchema>;

const StepSchema = Type.Object({
  push: Type.Optional(Type.Array(anything)),
  rpc: Type.Optional(text),
  params: Type.Optional(anything),
  wait: Type.Optional(Type.Number()),
  action: Type.Optional(text),
});
export type CaseStep = Static<typeof StepSchema>;

const CallSchema = Type.Object({
  method: text,
  params: members,
  atMs: Type.Optional(Type.Number()),
  injectedFailure: Type.Optional(anything),
});
export type ExpectedCall = Static<typeof CallSchema>;

const ModelRequestSchema = Type.Object({
  user: Type.Optional(text),
  inboundMeta: Type.Optional(anything),
  systemContains: Type.Optional(Type.Array(text)),
});
export type ExpectedModelRequest = Static<typeof ModelRequestSchema>;

const RpcSchema = Type.Object({
  method: text,
  ok: Type.Optional(Type.Boolean()),
  payload: Type.Optional(anything),
  error: Type.Optional(anything),
});
export type ExpectedRpc = Static<typeof RpcSchema>;

const ChannelCaseSchema = Type.Object({
  id: text,
  channel: text,
  config: Type.Optional(members),
  vendorFaults: Type.Optional(Type.Array(FaultSchema)),
  steps: Type.Array(StepSchema),
  model: Type.Array(ModelSchema),
  expected: Type.Object({
    vendorCalls: Type.Optional(Type.Array(CallSchema)),
    modelRequests: Type.Optional(Type.Array(ModelRequestSchema)),
    toolResults: Type.Optional(Type.Array(Type.Object({ toolResult: text }))),
    rpc: Type.Optional(Type.Array(RpcSchema)),
    chatEvents: Type.Optional(Type.Array(Type.Object({ event: text, payload: members }))),
    state: Type.Optional(members),
  }),
});
export type ChannelCase = Static<typeof ChannelCaseSchema>;

/** Cases recorded step by step: what came in, what the model said, what went out. */
const StepwiseSchema = Type.Object({
  id: text,
  channel: text,
  description: Type.Optional(text),
  /** What the recorded behaviour should be instead; set when it is a defect. */
  replacement: Type.Optional(text),
  config: members,
  steps: Type.Array(
    Type.Object({
      inbound: members,
      modelScript: Type.Optional(Type.Array(ModelSchema)),
      expect: Type.Optional(
        Type.Object({
          inboundResponse: Type.Optional(anything),
          modelCalls: Type.Optional(Type.Array(members)),
          outbound: Type.Optional(Type.Array(members)),
        }),
      ),
    }),
  ),
});
export type StepwiseCase = Static<typeof StepwiseSchema>;

export type AnyCase =
  | { readonly format: 'whole'; readonly file: string; readonly case: ChannelCase }
  | { readonly format: 'stepwise'; readonly file: string; readonly case: StepwiseCase };

/** The cases of files and folders, by channel and id, so that those that build on each other stay in order. */
export async function loadChannelCases(
  paths: readonly string[],
  only?: readonly string[],
): Promise<readonly AnyCase[]> {
  const files = (await Promise.all(paths.map(jsonFiles))).flat();
  const cases = await Promise.all(files.map(loadCase));
  return cases
    .filter((one) => !only || only.some((part) => nameOf(one).includes(part)))
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

export const nameOf = ({ case: one }: AnyCase): string =>
  one.id.startsWith(`${one.channel}/`) ? one.id : `${one.channel}/${one.id}`;

async function loadCase(file: string): Promise<AnyCase> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  return isJsonObject(value) && 'expected' in value
    ? { format: 'whole', file, case: checked(ChannelCaseSchema, value, file) }
    : { format: 'stepwise', file, case: checked(StepwiseSchema, value, file) };
}

async function jsonFiles(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names.filter((name) => name.endsWith('.json')).map((name) => join(path, name));
}
