import { expect, test } from 'vitest';
import type { AssistantMessage, ToolResultMessage } from '../driver.ts';
import { testModel, userSays } from '../testing/requests.ts';
import { ZERO_USAGE } from '../usage.ts';
import { pairResults, shapeMessages } from './shape-messages.ts';

function calls(...ids: readonly string[]): AssistantMessage {
  return {
    role: 'assistant',
    content: ids.map((id) => ({ type: 'toolCall', id, name: 'read', arguments: {} })),
    api: 'openai-completions',
    provider: 'fake',
    model: 'm1',
    usage: ZERO_USAGE,
    stopReason: 'toolUse',
    timestamp: 1,
  };
}

function result(id: string): ToolResultMessage {
  return { role: 'toolResult', toolCallId: id, toolName: 'read', content: [], isError: false, timestamp: 2 };
}

test('a sound conversation passes as it is', () => {
  const messages = [userSays('a'), calls('x', 'y'), result('y'), result('x'), userSays('b')];
  expect(pairResults(messages)).toBe(messages);
});

test('results move behind their calls, strays go and gaps are filled', () => {
  const paired = pairResults([calls('x', 'y'), userSays('b'), result('stray'), result('x'), result('x')]);
  expect(
    paired.map((message) =>
      message.role === 'toolResult' ? `${message.toolCallId}:${message.isError}` : message.role,
    ),
  ).toEqual(['assistant', 'x:false', 'y:true', 'user']);
});

test('ids of earlier turns are put into the alphabet of the provider, those of the running turn stay', () => {
  const model = testModel('anthropic-messages', 'http://127.0.0.1');
  const messages = [
    userSays('a'),
    calls('call_1|fc_1'),
    result('call_1|fc_1'),
    userSays('b'),
    calls('toolu_01'),
    result('toolu_01'),
  ];
  const ids = shapeMessages(model, messages).flatMap((message) =>
    message.role === 'toolResult' ? [message.toolCallId] : [],
  );
  expect(ids).toEqual(['call1fc1', 'toolu_01']);
});
