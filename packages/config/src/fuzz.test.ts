import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planMending } from './legacy/mend-config.ts';
import { judgeConfigText } from './read/read-config.ts';
import { redactedSnapshot } from './redact/redact-config.ts';

const EXAMPLES = join(import.meta.dirname, '..', 'data', 'examples');
const texts = readdirSync(EXAMPLES)
  .filter((name) => /\.json5?$/.test(name) && !name.includes('.expected.'))
  .map((name) => readFileSync(join(EXAMPLES, name), 'utf8'));
const paths = {
  homeDir: '/home/none',
  stateDir: '/home/none/.openclaw',
  configPath: '/home/none/.openclaw/openclaw.json',
};

/** A real file in which some places were overwritten, cut out or doubled. */
const damaged = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.array(
      fc.tuple(fc.nat(), fc.nat(40), fc.oneof(fc.constantFrom('', '{', ']', ',', 'null', '"', '1', '[]'), fc.string())),
      {
        maxLength: 4,
      },
    ),
  )
  .map(([text, cuts]) =>
    cuts.reduce((before, [at, length, put]) => {
      const start = at % (before.length + 1);
      return before.slice(0, start) + put + before.slice(start + length);
    }, text),
  );

test('a file in any state is judged, shown and mended without an exception', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async (raw) => {
      const { snapshot, live } = await judgeConfigText(paths, {}, raw);
      expect(snapshot.valid).toBe(snapshot.issues.length === 0);
      if (!snapshot.valid) expect(live).toEqual({});
      await redactedSnapshot(snapshot);
      const { edits, remaining } = await planMending(snapshot, paths, { dropUnknown: true, rewriteValues: true });
      if (snapshot.valid && edits.length === 0) expect(remaining).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
