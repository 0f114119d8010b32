import { expect, test } from 'vitest';
import { parseConfigPath, valueAtPath } from './config-path.ts';

test.each([
  ['a.b', ['a', 'b']],
  ['agents.list[0].id', ['agents', 'list', '0', 'id']],
  ['env.vars["q"]', ['env', 'vars', '"q"']],
  ['env.vars.A\\.B', ['env', 'vars', 'A.B']],
  ['models[anthropic/claude.opus].alias', ['models', 'anthropic/claude.opus', 'alias']],
])('%s is read as its keys', (source, keys) => {
  expect(parseConfigPath(source)).toEqual(keys);
});

test('an open or empty bracket is explained', () => {
  expect(() => parseConfigPath('a[')).toThrow('Invalid path (missing "]"): a[');
  expect(() => parseConfigPath('a[]')).toThrow('Invalid path (empty "[]"): a[]');
});

test('a key is told apart from an inherited one', () => {
  expect(valueAtPath({}, ['constructor'])).toEqual({ found: false });
  expect(valueAtPath({ a: [null] }, ['a', '0'])).toEqual({ found: true, value: null });
});
