import Type, { type Static } from 'typebox';

const ToolCall = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.String(),
  args: Type.Optional(Type.Unknown()),
});

const When = Type.Object({
  model: Type.Optional(Type.String({ description: 'exact model id of the request' })),
  path: Type.Optional(Type.String({ description: 'part of the request path; a prefix tells providers apart' })),
  includes: Type.Optional(Type.String({ description: 'part of the last user or tool text' })),
  api: Type.Optional(Type.String({ description: 'chat, responses, anthropic or google' })),
});

const Usage = Type.Object({
  input: Type.Optional(Type.Number()),
  output: Type.Optional(Type.Number()),
  cacheRead: Type.Optional(Type.Number()),
  cacheWrite: Type.Optional(Type.Number()),
});

/** One scripted answer of the fake provider, with its fault switches. */
export const ReplySchema = Type.Object({
  when: Type.Optional(When),
  text: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: 'one delta an item; a string is cut in three',
    }),
  ),
  thinking: Type.Optional(Type.String({ description: 'reasoning text sent before the answer' })),
  toolCalls: Type.Optional(Type.Array(ToolCall)),
  usage: Type.Optional(Usage),
  stop: Type.Optional(
    Type.Union([Type.Literal('stop'), Type.Literal('length'), Type.Literal('tool'), Type.Literal('filter')]),
  ),
  delayMs: Type.Optional(Type.Number({ description: 'wait before the response starts' })),
  chunkDelayMs: Type.Optional(Type.Number({ description: 'wait between deltas' })),
  status: Type.Optional(Type.Number({ description: 'HTTP error instead of an answer' })),
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
  body: Type.Optional(Type.Unknown({ description: 'error body; a default is made for the status' })),
  dropAfter: Type.Optional(Type.Number({ description: 'destroy the socket after this many deltas' })),
  hang: Type.Optional(Type.Boolean({ description: 'send the deltas, if there are any, then nothing more' })),
  garbage: Type.Optional(
    Type.Union([Type.String(), Type.Literal(true)], { description: 'status 200 with this text instead of an answer' }),
  ),
  repeat: Type.Optional(
    Type.Union([Type.Number(), Type.Literal('always')], { description: 'how many requests may use it; default 1' }),
  ),
});

export type Reply = Static<typeof ReplySchema>;
