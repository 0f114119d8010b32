import type { IncomingFrame } from '@chela/protocol';
import { describe, expect, it } from 'vitest';
import { type ConnectionInput, type ConnectionState, stepConnection } from './machine.ts';

const request = (method: string): IncomingFrame => ({ kind: 'request', request: { type: 'req', id: '1', method } });
const frame = (incoming: IncomingFrame) => ({ type: 'frame', frame: incoming }) as const;
const step = (state: ConnectionState, input: ConnectionInput<string>) => stepConnection(state, input);
const refusal = { error: { code: 'INVALID_REQUEST', message: 'invalid role' }, closeCode: 1008 } as const;

describe('the first message', () => {
  it('starts the handshake when it is connect', () => {
    expect(step('challenged', frame(request('connect')))).toEqual({
      state: 'authenticating',
      effects: [{ do: 'authenticate', id: '1', params: undefined }],
    });
  });

  it('closes 1000 without a word when it is no JSON', () => {
    expect(step('challenged', frame({ kind: 'unparsable' }))).toEqual({
      state: 'closed',
      effects: [{ do: 'stop timer' }, { do: 'close', code: 1000, reason: '' }],
    });
  });

  it('closes 1008 when it is no request frame', () => {
    expect(step('challenged', frame({ kind: 'invalid', id: 'x', problem: 'p' }))).toEqual({
      state: 'closed',
      effects: [{ do: 'stop timer' }, { do: 'close', code: 1008, reason: 'invalid request frame' }],
    });
  });

  it('is refused and closed when it is another request', () => {
    const text = 'invalid handshake: first request must be connect';
    expect(step('challenged', frame(request('health')))).toEqual({
      state: 'closed',
      effects: [
        { do: 'stop timer' },
        { do: 'answer error', id: '1', error: { code: 'INVALID_REQUEST', message: text } },
        { do: 'close', code: 1008, reason: text },
      ],
    });
  });

  it('closes 1000 when it does not come in time', () => {
    expect(step('challenged', { type: 'handshake timeout' }).effects).toContainEqual({
      do: 'close',
      code: 1000,
      reason: '',
    });
  });
});

describe('while the client is checked', () => {
  it('takes no frame: the pipe waits', () => {
    expect(() => step('authenticating', frame(request('health')))).toThrow('has to wait');
  });

  it('welcomes an accepted client', () => {
    expect(step('authenticating', { type: 'accepted', id: '1', session: 's' })).toEqual({
      state: 'ready',
      effects: [{ do: 'stop timer' }, { do: 'welcome', id: '1', session: 's' }],
    });
  });

  it('answers a refused client and closes with the same text', () => {
    expect(step('authenticating', { type: 'refused', id: '1', refusal })).toEqual({
      state: 'closed',
      effects: [
        { do: 'stop timer' },
        { do: 'answer error', id: '1', error: refusal.error },
        { do: 'close', code: 1008, reason: 'invalid role' },
      ],
    });
  });
});

describe('a ready connection', () => {
  it('dispatches requests', () => {
    expect(step('ready', frame(request('health')))).toMatchObject({ state: 'ready', effects: [{ do: 'dispatch' }] });
  });

  it('answers a malformed frame and stays', () => {
    expect(step('ready', frame({ kind: 'invalid', id: 'invalid', problem: 'p' }))).toEqual({
      state: 'ready',
      effects: [
        {
          do: 'answer error',
          id: 'invalid',
          error: { code: 'INVALID_REQUEST', message: 'invalid request frame: p' },
        },
      ],
    });
  });

  it('ignores text that is no JSON', () => {
    expect(step('ready', frame({ kind: 'unparsable' }))).toEqual({
      state: 'ready',
      effects: [{ do: 'note unparsable' }],
    });
  });

  it('leaves before it closes', () => {
    expect(step('ready', { type: 'stop', code: 1012, reason: 'service restart' })).toEqual({
      state: 'closed',
      effects: [{ do: 'leave' }, { do: 'close', code: 1012, reason: 'service restart' }],
    });
    expect(step('ready', { type: 'gone' })).toEqual({ state: 'closed', effects: [{ do: 'leave' }] });
  });
});

it('does nothing more once it is closed', () => {
  const late: ConnectionInput<string>[] = [
    frame(request('connect')),
    { type: 'accepted', id: '1', session: 's' },
    { type: 'refused', id: '1', refusal },
    { type: 'handshake timeout' },
    { type: 'stop', code: 1012, reason: '' },
    { type: 'gone' },
  ];
  for (const input of late) expect(step('closed', input)).toEqual({ state: 'closed', effects: [] });
});

it('refuses transitions that cannot be', () => {
  expect(() => step('challenged', { type: 'accepted', id: '1', session: 's' })).toThrow();
  expect(() => step('ready', { type: 'refused', id: '1', refusal })).toThrow();
  expect(() => step('ready', { type: 'handshake timeout' })).toThrow();
});
