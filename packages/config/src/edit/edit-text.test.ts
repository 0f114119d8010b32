import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, test } from 'vitest';
import { editConfigText } from './edit-text.ts';

const COMMENTED = `// my gateway
{
  gateway: {
    mode: 'local', // do not change
    port: 19010, /* the old one was 18789, remember */
  },
  // agents of the house
  agents: { list: [{ id: 'main' }, { id: 'aux' }] },
  unknownKey: "kept, as it is",
}
`;

test('a key joins an object whose bracket stands behind its last key', async () => {
  const raw = '{ // mine\n  gateway: { port: 1 }, plugins: { enabled: false } }\n';
  const edited = await editConfigText(raw, [
    { path: ['env', 'vars', 'X'], value: 'y' },
    { path: ['meta', 'a'], value: 1 },
  ]);
  expect(edited).toContain('// mine');
  expect(JSON5.parse(edited)).toEqual({
    gateway: { port: 1 },
    plugins: { enabled: false },
    env: { vars: { X: 'y' } },
    meta: { a: 1 },
  });
});

describe('an edit changes one place and leaves the rest of the text alone', () => {
  test('a value is replaced in place', async () => {
    const edited = await editConfigText(COMMENTED, [{ path: ['gateway', 'port'], value: 1 }]);
    expect(edited).toBe(COMMENTED.replace('19010', '1'));
  });

  test('a new key joins its object in the same style', async () => {
    const edited = await editConfigText(COMMENTED, [{ path: ['gateway', 'bind'], value: 'loopback' }]);
    expect(edited).toBe(COMMENTED.replace('remember */\n', 'remember */\n    bind: "loopback",\n'));
  });

  test('a removed key takes its line along', async () => {
    const edited = await editConfigText(COMMENTED, [{ path: ['gateway', 'mode'], value: undefined }]);
    expect(edited).toBe(COMMENTED.replace("    mode: 'local', // do not change\n", ''));
  });

  test('an element leaves an inline array', async () => {
    const edited = await editConfigText(COMMENTED, [{ path: ['agents', 'list', '0'], value: undefined }]);
    expect(edited).toBe(COMMENTED.replace("{ id: 'main' }, ", ''));
  });

  test('missing objects on the way are made', async () => {
    const edited = await editConfigText('{"a": 1}\n', [{ path: ['ui', 'assistant', 'name'], value: 'Chela' }]);
    expect(JSON.parse(edited)).toEqual({ a: 1, ui: { assistant: { name: 'Chela' } } });
  });

  test('a key of an empty file gets an object around it', async () => {
    expect(await editConfigText('', [{ path: ['a'], value: true }])).toBe('{\n  "a": true\n}\n');
  });

  test('a comma inside a comment or a text is not taken for a separator', async () => {
    const text = '{\n  "a": "x, y", // one, two\n  "b": 2 // three, four\n}\n';
    const edited = await editConfigText(text, [{ path: ['b'], value: undefined }]);
    expect(JSON5.parse(edited)).toEqual({ a: 'x, y' });
    expect(edited).toContain('// one, two');
  });

  test('a word in the path of a list is refused', async () => {
    await expect(editConfigText('{"list":[1]}', [{ path: ['list', 'x'], value: 1 }])).rejects.toThrow(
      'Expected numeric index for array segment "x"',
    );
  });
});

const key = fc.constantFrom('a', 'b', 'port', 'with-dash', 'x y');
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(1, 'text, with comma', true, null, "it's"),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const layout = fc.constantFrom(
  (value: unknown) => JSON.stringify(value),
  (value: unknown) => JSON.stringify(value, null, 2),
  (value: unknown) => JSON5.stringify(value, null, 2),
  // The last bracket stands behind the last item, and the file ends with a line.
  (value: unknown) => `${JSON5.stringify(value, null, 2).replaceAll(/,?\n\s*([}\]])/g, ' $1')}\n`,
  (value: unknown) => `// head\n${JSON5.stringify(value, null, 2).replaceAll(',\n', ', // note, here\n')}\n`,
);

test('whatever the layout, set and unset give what they would give on plain data', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(key, json, { maxKeys: 4 }),
      layout,
      fc.array(key, { minLength: 1, maxLength: 2 }),
      fc.option(json, { nil: undefined }),
      async (data, print, path, value) => {
        const expected = applyToData(structuredClone(data), path, value);
        if (expected === undefined) return;
        const edited = await editConfigText(print(data), [{ path, value }]);
        expect(JSON5.parse(edited)).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

/** The same edit on plain objects; undefined where the path leads through an array. */
function applyToData(data: Record<string, unknown>, path: readonly string[], value: unknown): unknown {
  const [first = '', second] = path;
  if (second === undefined) {
    if (value === undefined) delete data[first];
    else data[first] = value;
    return data;
  }
  const inner = data[first];
  if (Array.isArray(inner)) return undefined;
  const isObject = typeof inner === 'object' && inner !== null;
  if (value === undefined) {
    if (isObject) Reflect.deleteProperty(inner, second);
    return data;
  }
  data[first] = isObject ? { ...inner, [second]: value } : { [second]: value };
  return data;
}
