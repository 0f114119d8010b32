import { describe, expect, it } from 'vitest';
import { actionContext, boundText, boundValue } from './binding.ts';
import { contentsValue, listItems, pathSegments, valueAt, withValue } from './data-model.ts';

describe('paths', () => {
  it.each([
    ['/a/b', [], ['a', 'b']],
    ['b', ['items', '0'], ['items', '0', 'b']],
    ['/b', ['items', '0'], ['b']],
    ['.', ['items', '0'], ['items', '0']],
    ['./b', ['items', '0'], ['items', '0', 'b']],
    ['/', ['items'], []],
  ])('%s from %j is %j', (path, base, segments) => {
    expect(pathSegments(path, base)).toEqual(segments);
  });

  it('lead through lists and objects, and nowhere else', () => {
    const data = { items: [{ name: 'one' }, 'two'] };
    expect(valueAt(data, ['items', '0', 'name'])).toBe('one');
    expect(valueAt(data, ['items', '1', 'length'])).toBeUndefined();
    expect(valueAt(data, ['constructor'])).toBeUndefined();
  });

  it('change a copy, in place and in order', () => {
    const data = { a: { b: 1 }, list: ['x', 'y'] };
    expect(JSON.stringify(withValue(data, ['a', 'b'], 2))).toBe('{"a":{"b":2},"list":["x","y"]}');
    expect(withValue(data, ['list', '1'], 'z')).toMatchObject({ list: ['x', 'z'] });
    expect(withValue(data, ['list', '2'], 'z')).toMatchObject({ list: ['x', 'y', 'z'] });
    expect(withValue(data, ['list', '9'], 'z')).toEqual(data);
    expect(withValue(data, ['new', 'deep'], 1)).toMatchObject({ new: { deep: 1 } });
    expect(withValue(data, [], 5)).toBe(5);
    expect(data).toEqual({ a: { b: 1 }, list: ['x', 'y'] });
  });

  it('cannot reach a prototype', () => {
    withValue({}, ['__proto__', 'polluted'], true);
    expect({}).not.toHaveProperty('polluted');
  });
});

it('contents become values, JSON texts included', () => {
  const contents = [
    { key: 'text', valueString: 'hi' },
    { key: 'list', valueString: '[1,2]' },
    { key: 'broken', valueString: '{no json' },
    { key: 'number', valueNumber: 0 },
    { key: 'flag', valueBoolean: false },
    { key: 'map', valueMap: [{ key: 'a', valueString: 'b' }] },
    'nonsense',
  ];
  expect(contentsValue(contents)).toEqual({
    text: 'hi',
    list: [1, 2],
    broken: '{no json',
    number: 0,
    flag: false,
    map: { a: 'b' },
  });
  expect(contentsValue([{ key: '.', valueString: 'whole' }])).toBe('whole');
});

it('lists have items by index, maps by key', () => {
  expect(listItems(['a', 'b'])).toEqual(['0', '1']);
  expect(listItems({ x: 1, y: 2 })).toEqual(['x', 'y']);
  expect(listItems('text')).toEqual([]);
});

describe('bound values', () => {
  const scope = { data: { user: { name: 'Ann', age: 0 }, items: [{ name: 'one' }] }, base: ['items', '0'] };
  it.each([
    [{ literalString: 'x' }, 'x'],
    [{ literalBoolean: false }, false],
    [{ path: '/user/name' }, 'Ann'],
    [{ path: '/user/age' }, 0],
    [{ path: 'name' }, 'one'],
    [{ path: '/none', literalString: 'else' }, 'else'],
    [{ path: '/none' }, undefined],
    ['text', undefined],
  ])('%j is %j', (bound, value) => {
    expect(boundValue(bound, scope)).toEqual(value);
  });

  it('as text', () => {
    expect(boundText({ path: '/user' }, scope)).toBe('{"name":"Ann","age":0}');
    expect(boundText({ path: '/none' }, scope)).toBe('');
  });

  it('are what a button says', () => {
    const context = [{ key: 'who', value: { path: '/user/name' } }, { key: 'n', value: { literalNumber: 3 } }, null];
    expect(actionContext(context, scope)).toEqual({ who: 'Ann', n: 3 });
  });
});
