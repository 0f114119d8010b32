import { expect, it } from 'vitest';
import { parseLogLine } from './log-record.ts';

const META = { logLevelName: 'INFO', date: '2026-02-17T10:00:00.000Z' };

it('takes the subsystem from the bindings and leaves them out of the message', () => {
  const raw = JSON.stringify({ 0: '{"subsystem":"gateway/ws"}', 1: 'listening', _meta: META, time: META.date });
  expect(parseLogLine(raw)).toEqual({
    time: META.date,
    level: 'info',
    subsystem: 'gateway/ws',
    message: 'listening',
    raw,
  });
});

it('reads a line without a subsystem', () => {
  expect(parseLogLine(JSON.stringify({ 0: 'hello', _meta: META }))).toMatchObject({ message: 'hello', level: 'info' });
});

it('leaves text that is no record alone', () => {
  expect(parseLogLine('plain text')).toBeUndefined();
  expect(parseLogLine('42')).toBeUndefined();
});
