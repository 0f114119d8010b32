import { createModelService, type ModelApi, type ModelMessage, type ResolvedModel } from '@chela/models';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import type { NewTranscriptEntry, TranscriptEntry } from '@chela/store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../testing/provider-dialects.ts';
import { projectMessages } from './project-messages.ts';

/** Sends messages to a provider that refuses everything, and gives back what was on the wire. */
async function wireBody(api: ModelApi, messages: readonly ModelMessage[]): Promise<unknown> {
  let body = '{}';
  const models = createModelService({
    config: {
      current: () => ({ models: { providers: { p: { baseUrl: BASE_URL, apiKey: 'key', api, models: [] } } } }),
    },
    stateDir: '/nowhere',
    env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'us-east-1' },
    logger: silentLogger(),
    metrics: silentMetrics(),
    clock: systemClock,
    async transport(request) {
      body = String(request.body);
      return { status: 400, header: () => undefined, body: refusal() };
    },
  });
  const request = { model: modelOf(api), systemPrompt: 'Be brief.', messages, tools: [], thinking: 'off' as const };
  for await (const event of models.stream(request, 'main', new AbortController().signal)) void event;
  await models.close();
  return JSON.parse(body);
}

async function* refusal(): AsyncGenerator<string> {
  yield '{"error":{"message":"no"}}';
}

const BASE_URL = 'http://127.0.0.1:9';
const modelOf = (api: ModelApi): ResolvedModel => ({
  ref: { provider: 'p', model: 'm' },
  name: 'm',
  api,
  baseUrl: BASE_URL,
  headers: {},
  reasoning: false,
  input: ['text', 'image'],
  contextWindow: 100_000,
  maxTokens: 1_000,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
});

const link = (entries: readonly NewTranscriptEntry[]): TranscriptEntry[] =>
  entries.map((entry, index) => ({
    ...entry,
    id: `e${index}`,
    parentId: index === 0 ? null : `e${index - 1}`,
    timestamp: '2026-02-17T15:04:05.000Z',
  }));
const message = (role: 'user' | 'assistant' | 'toolResult', members: object): NewTranscriptEntry => ({
  type: 'message',
  message: { role, content: [], timestamp: 1, ...members },
});
const textPart = (text: string) => ({ type: 'text', text });
const user = (text: string) => message('user', { content: [textPart(text)] });

const words = fc.constantFrom('Hello.', 'And now?', ' x ', '\n', 'ü👍');
/** Everything a turn can leave in a log, also when it ends in the middle. */
const turn: fc.Arbitrary<readonly NewTranscriptEntry[]> = fc.oneof(
  words.map((text) => [user('go'), message('assistant', { content: [textPart(text)], stopReason: 'stop' })]),
  fc
    .record({
      ids: fc.uniqueArray(fc.constantFrom('c1', 'call_2', 'toolu-3|x'), { minLength: 1, maxLength: 3 }),
      said: fc.option(words, { nil: undefined }),
      output: fc.constantFrom('ok', '', ' '),
    })
    .map(({ ids, said, output }) => [
      user('work'),
      message('assistant', {
        stopReason: 'toolUse',
        content: [
          ...(said === undefined ? [] : [textPart(said)]),
          ...ids.map((id) => ({ type: 'toolCall', id, name: 'read', arguments: { path: 'a' } })),
        ],
      }),
      ...ids.map((toolCallId) =>
        message('toolResult', { toolCallId, toolName: 'read', content: [textPart(output)], isError: false }),
      ),
      message('assistant', { content: [textPart('Done.')], stopReason: 'stop' }),
    ]),
  fc.constant([user('fails'), message('assistant', { stopReason: 'error', errorMessage: '529' })]),
  fc.constant([user('stopped'), message('assistant', { content: [textPart('Par')], stopReason: 'aborted' })]),
  fc.constant([message('assistant', { content: [textPart('A note from outside.')], stopReason: 'stop' })]),
  fc.constant<NewTranscriptEntry[]>([
    { type: 'compaction', summary: 'Earlier.', firstKeptEntryId: 'e1', tokensBefore: 1 },
  ]),
);
const log = fc.array(turn, { minLength: 1, maxLength: 6 }).map((turns) => turns.flat());

describe.each(Object.entries(DIALECTS))('%s', (api, problemsOf) => {
  test('accepts the request that any beginning of any log becomes', async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.nat(), async (entries, cut) => {
        const messages = projectMessages(link([...entries.slice(0, cut % (entries.length + 1)), user('Next?')]));
        const kind = Object.keys(DIALECTS).find((known): known is keyof typeof DIALECTS => known === api);
        if (kind === undefined) throw new Error(`no dialect ${api}`);
        expect(problemsOf(await wireBody(kind, messages))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
