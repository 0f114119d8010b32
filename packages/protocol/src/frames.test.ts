import { expect, it } from 'vitest';
import { parseRequest, parseServerFrame } from './frames.ts';
import { createValidators } from './validation/validate.ts';

const validators = createValidators();
const parse = (value: unknown) => parseRequest(JSON.stringify(value), validators);

it('recognises a request', () => {
  const request = { type: 'req', id: '1', method: 'health', params: { probe: true } };
  expect(parse(request)).toEqual({ kind: 'request', request });
});

it('tells text that is no JSON from JSON that is no request', () => {
  expect(parseRequest('not json', validators)).toEqual({ kind: 'unparsable' });
  expect(parse([])).toMatchObject({ kind: 'invalid', id: 'invalid', problem: 'must be object' });
});

it('names what is wrong with a frame, under its id when it has one', () => {
  expect(parse({ type: 'req', method: 'health' })).toEqual({
    kind: 'invalid',
    id: 'invalid',
    problem: "must have required property 'id'",
  });
  expect(parse({ hello: 1 })).toMatchObject({
    problem:
      "must have required property 'type'; must have required property 'id'; must have required property 'method'; at root: unexpected property 'hello'",
  });
  expect([parse({ type: 'req', id: '', method: 'x' }), parse({ type: 'req', id: 5, method: 'x' })]).toMatchObject([
    { id: '', problem: 'at /id: must NOT have fewer than 1 characters' },
    { id: 5, problem: 'at /id: must be string' },
  ]);
  expect(parse({ type: 'req', id: 'ok-1', method: 'last-heartbeat', extra: 1 })).toEqual({
    kind: 'invalid',
    id: 'ok-1',
    problem: "at root: unexpected property 'extra'",
  });
});

it('gives a client responses and events and drops the rest', () => {
  expect(parseServerFrame('{"type":"res","id":"1","ok":true}')).toEqual({ type: 'res', id: '1', ok: true });
  expect(parseServerFrame('{"type":"event","event":"tick"}')).toEqual({ type: 'event', event: 'tick' });
  expect(parseServerFrame('{"type":"req","id":"1","method":"x"}')).toBeUndefined();
  expect(parseServerFrame('nope')).toBeUndefined();
});
