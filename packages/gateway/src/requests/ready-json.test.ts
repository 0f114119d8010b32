import type { ResponseFrame } from '@chela/protocol';
import { describe, expect, it } from 'vitest';
import { responseBytes, withReadyJson } from './ready-json.ts';

const response = (payload: unknown): ResponseFrame => ({ type: 'res', id: 'r1', ok: true, payload });
const ready = (value: object): object => withReadyJson(value, JSON.stringify(value));

describe('the bytes of a response', () => {
  it.each([
    ['no payload', undefined],
    ['a text', 'plain "text"'],
    ['a list', [1, 2]],
    ['nothing ready', { a: 1, b: undefined, c: null }],
    ['a ready member alone', { rows: ready([{ key: 'ä' }, { key: '"' }]) }],
    ['a ready member between others', { ts: 1, gone: undefined, rows: ready([1]), after: { deep: [] } }],
    ['several ready members', { a: ready([]), b: 'x', 'c"': ready({ d: 1 }) }],
  ])('are those of its JSON, with %s', (_what, payload) => {
    const frame = response(payload);
    expect(responseBytes(frame).toString('utf8')).toBe(JSON.stringify(frame));
  });

  it('take over what is ready without looking at the value', () => {
    const rows = withReadyJson([{ key: 'value' }], '["ready"]');
    expect(responseBytes(response({ rows })).toString('utf8')).toContain('"payload":{"rows":["ready"]}');
  });
});
