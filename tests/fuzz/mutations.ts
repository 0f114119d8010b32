/** Ways to spoil a JSON value or text, as arbitraries: shrinkable, and repeatable by seed. */
import fc from 'fast-check';

type Path = readonly string[];

const HUGE_CHARACTERS = 200_000;
const DEEP_LEVELS = 2_000;

/** Values that programs trip over. */
const AWKWARD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  -(2 ** 31),
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e\u2066evil\u2069',
  '👩‍👩‍👧‍👦'.repeat(50),
  '../../etc/passwd',
  '$'.concat('{NO_SUCH}'),
  'agent:main:main',
  'agent:x:',
  '__proto__',
  '*',
  '[]',
  '(a+)+$',
  '9'.repeat(400),
  [],
  {},
  [[]],
  [null],
  { constructor: { prototype: {} } },
];

const awkward = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...AWKWARD) },
  { weight: 6, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constant('x'.repeat(HUGE_CHARACTERS)) },
  { weight: 1, arbitrary: fc.constant(deep()) },
);

/** One change at a place that is chosen by a share of all places. */
const change = fc.record({
  kind: fc.constantFrom('drop', 'replace', 'replace', 'add', 'repeat', 'wrap'),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  value: awkward,
  name: fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', '', 'extra', 'a.b[0]'), fc.string()),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** A value of the list, with one to four changes. */
export const mutated = (values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...values), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([value, changes]) => changes.reduce(changed, value));

/** The text of a mutated value, sometimes cut, spliced or with foreign bytes in it. */
export const mutatedText = (values: readonly unknown[]): fc.Arbitrary<string> => {
  const whole = mutated(values).map((value) => JSON.stringify(value) ?? '');
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.oneof(
    { weight: 8, arbitrary: whole },
    { weight: 1, arbitrary: fc.tuple(whole, at).map(([text, share]) => text.slice(0, text.length * share)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(whole, at, fc.string({ unit: 'binary', maxLength: 8 }))
        .map(
          ([text, share, noise]) => `${text.slice(0, text.length * share)}${noise}${text.slice(text.length * share)}`,
        ),
    },
  );
};

function changed(value: unknown, { kind, at, value: with_, name }: Change): unknown {
  const places = pathsOf(value);
  const path = places[Math.floor(at * places.length)] ?? [];
  if (kind === 'drop') return path.length === 0 ? value : withoutPath(value, path);
  return atPath(value, path, (found) => {
    if (kind === 'wrap') return [found];
    if (kind === 'repeat') return Array.isArray(found) ? [...found, ...found] : [found, found];
    if (kind === 'add' && isObject(found)) return Object.fromEntries([...Object.entries(found), [name, with_]]);
    return with_;
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const membersOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** Every place of a value; a deep one only as far as there is something to choose. */
const PLACES_LIMIT = 400;

function pathsOf(value: unknown): readonly Path[] {
  const found: Path[] = [[]];
  const queue: { readonly value: unknown; readonly path: Path }[] = [{ value, path: [] }];
  for (let next = queue.shift(); next && found.length < PLACES_LIMIT; next = queue.shift()) {
    for (const [key, member] of membersOf(next.value)) {
      const path = [...next.path, key];
      found.push(path);
      queue.push({ value: member, path });
    }
  }
  return found;
}

function atPath(value: unknown, path: Path, work: (found: unknown) => unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return work(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (String(index) === head ? atPath(item, rest, work) : item));
  }
  return Object.fromEntries(
    membersOf(value).map(([key, member]) => [key, key === head ? atPath(member, rest, work) : member]),
  );
}

function withoutPath(value: unknown, path: Path): unknown {
  const last = path.at(-1) ?? '';
  return atPath(value, path.slice(0, -1), (found) =>
    Array.isArray(found)
      ? found.filter((_, index) => String(index) !== last)
      : Object.fromEntries(membersOf(found).filter(([key]) => key !== last)),
  );
}

function deep(): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < DEEP_LEVELS; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
