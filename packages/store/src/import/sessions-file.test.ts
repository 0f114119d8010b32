import { describe, expect, test } from 'vitest';
import { readSessionsFile } from './sessions-file.ts';

function read(content: unknown) {
  return readSessionsFile(JSON.stringify(content), 'main');
}

describe('reading a sessions.json', () => {
  test('gives members their new names and keeps unknown ones', () => {
    const { sessions } = read({
      main: {
        sessionId: 's',
        updatedAt: 5,
        provider: 'telegram',
        lastProvider: 'irc',
        room: '#a',
        mystery: { deep: 1 },
      },
    });
    expect(sessions).toEqual([
      {
        key: 'agent:main:main',
        agentId: 'main',
        entry: {
          sessionId: 's',
          updatedAt: 5,
          channel: 'telegram',
          lastChannel: 'irc',
          groupChannel: '#a',
          mystery: { deep: 1 },
        },
      },
    ]);
  });

  test('lets a new name win over the old one beside it', () => {
    const { sessions } = read({ a: { sessionId: 's', updatedAt: 5, provider: 'old', channel: 'new' } });
    expect(sessions[0]?.entry).toEqual({ sessionId: 's', updatedAt: 5, channel: 'new' });
  });

  test('keeps the newer of two keys that mean one session', () => {
    const { sessions } = read({
      'agent:main:main': { sessionId: 'older', updatedAt: 1 },
      main: { sessionId: 'newer', updatedAt: 2 },
    });
    expect(sessions.map(({ entry }) => entry.sessionId)).toEqual(['newer']);
  });

  test('drops what is no entry, counts it, and keeps the sound part of a damaged one', () => {
    const { sessions, dropped } = read({
      broken: 'text',
      none: null,
      list: [],
      damaged: { sessionId: 's', updatedAt: 1, label: 7, totalTokens: 'many', sendPolicy: 'maybe', model: 'm1' },
    });
    expect(dropped).toBe(3);
    expect(sessions.map(({ entry }) => entry)).toEqual([{ sessionId: 's', updatedAt: 1, model: 'm1' }]);
  });

  test('gives an entry without an id one of its own', () => {
    const [first] = read({ main: { updatedAt: 3 } }).sessions;
    expect(first?.entry.sessionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each(['[]', '"x"', '{', ''])('refuses %s', (text) => {
    expect(() => readSessionsFile(text, 'main')).toThrow();
  });
});
