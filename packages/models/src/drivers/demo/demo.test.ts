import { systemClock } from '@chela/observability';
import { describe, expect, test } from 'vitest';
import type {
  AssistantMessage,
  ModelEvent,
  ModelMessage,
  ModelRequest,
  ToolOffer,
  ToolResultMessage,
} from '../../driver.ts';
import { collect, testModel, testRequest, userSays } from '../../testing/requests.ts';
import { ZERO_USAGE } from '../../usage.ts';
import { createDriver } from './driver.ts';
import { readIntent } from './intent.ts';

const tools: readonly ToolOffer[] = ['exec', 'read', 'write'].map((name) => ({
  name,
  description: name,
  parameters: {},
}));
const driver = createDriver({
  clock: { ...systemClock, after: (_ms, task) => systemClock.after(0, task) },
  newId: () => 'id',
});

function answer(
  messages: readonly ModelMessage[],
  changes: Partial<ModelRequest> = {},
): Promise<readonly ModelEvent[]> {
  const request = testRequest(testModel('demo', ''), { messages, tools, ...changes });
  return collect(driver.stream(request, undefined, new AbortController().signal));
}

function textIn(events: readonly ModelEvent[]): string {
  return events.flatMap((event) => (event.type === 'textDelta' ? [event.text] : [])).join('');
}

test('says plainly that it is a demonstration, word by word, for nothing', async () => {
  const events = await answer([userSays('What is the meaning of life?')]);
  expect(textIn(events)).toContain('not a language model');
  expect(events.length).toBeGreaterThan(30);
  expect(events.at(-1)).toEqual({ type: 'done', stopReason: 'stop', usage: ZERO_USAGE });
});

describe('a phrase becomes a tool call', () => {
  test.each([
    ['list the files here', 'exec', { command: 'ls -la' }],
    ['Please list files.', 'exec', { command: 'ls -la' }],
    ['run date', 'exec', { command: 'date' }],
    ['run `echo "a b"`', 'exec', { command: 'echo "a b"' }],
    ['read notes.txt', 'read', { path: 'notes.txt' }],
    ['write "hello there" to hello.txt', 'write', { path: 'hello.txt', content: 'hello there\n' }],
    ["remember that Mia's cat is old", 'exec', { command: "printf '%s\\n' '- Mia'\\''s cat is old' >> MEMORY.md" }],
    ['what do you remember?', 'read', { path: 'MEMORY.md' }],
  ])('%s', (phrase, tool, args) => {
    expect(readIntent(phrase)).toMatchObject({ kind: 'tool', tool, args });
  });

  test('behind the envelope of a chat message', async () => {
    const envelope =
      'Conversation info (untrusted metadata):\n```json\n{\n  "message_id": "run-1"\n}\n```\n\n[Sat 2026-02-17 10:00 UTC] ';
    const events = await answer([userSays(`${envelope}run date`)]);
    expect(events.at(-2)).toEqual({
      type: 'toolCall',
      call: { type: 'toolCall', id: 'demo_id', name: 'exec', arguments: { command: 'date' } },
    });
    expect(events.at(-1)).toMatchObject({ type: 'done', stopReason: 'toolUse' });
  });

  test('unless the agent may not use the tool', async () => {
    expect(textIn(await answer([userSays('run date')], { tools: [] }))).toContain('does not offer');
  });
});

test('answers with what the tool said', async () => {
  const call: AssistantMessage = {
    role: 'assistant',
    content: [{ type: 'toolCall', id: 'demo_id', name: 'exec', arguments: { command: 'date' } }],
    api: 'demo',
    provider: 'demo',
    model: 'chela',
    usage: ZERO_USAGE,
    stopReason: 'toolUse',
    timestamp: 1,
  };
  const result: ToolResultMessage = {
    role: 'toolResult',
    toolCallId: 'demo_id',
    toolName: 'exec',
    content: [{ type: 'text', text: 'Tue Feb 17' }],
    isError: false,
    timestamp: 2,
  };
  expect(textIn(await answer([userSays('run date'), call, result]))).toContain('```\nTue Feb 17\n```');
  expect(textIn(await answer([userSays('run date'), call, { ...result, isError: true }]))).toContain(
    'could not do that',
  );
});

test('recalls what was said in the session', async () => {
  const text = textIn(await answer([userSays('hello'), userSays('run date'), userSays('what did I say?')]));
  expect(text).toContain('- hello\n- run date');
});

test('stops in the middle of a word list when aborted', async () => {
  const abort = new AbortController();
  const events: ModelEvent[] = [];
  for await (const event of driver.stream(testRequest(testModel('demo', '')), undefined, abort.signal)) {
    events.push(event);
    abort.abort();
  }
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { reason: 'aborted', partial: true } });
});
