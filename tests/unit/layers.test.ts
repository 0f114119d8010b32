import { matchesGlob } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ADAPTER_FACE, isAdapter, layerOf, MAY_BLOCK, PURE_FILES } from './layers-rules.ts';
import { cyclesOf, parseSource, readSources, roomOf, type SourceFile, targetOf } from './layers-source.ts';

const sources = readSources();

const isPure = (path: string): boolean => PURE_FILES.some((pattern) => matchesGlob(path, pattern));

/** Imports of other rooms that do not point down. */
function upwardImports({ path, imports }: SourceFile): readonly string[] {
  const own = roomOf(path);
  return imports.flatMap(({ specifier }) => {
    const target = targetOf(path, specifier)?.room;
    if (target === undefined || target === own) return [];
    const isDown = (layerOf(target) ?? Number.POSITIVE_INFINITY) < (layerOf(own) ?? 0);
    return isDown ? [] : [`${path} imports ${specifier}`];
  });
}

const nodeImports = ({ path, imports }: SourceFile): readonly string[] =>
  imports
    .filter(({ specifier, isType }) => specifier.startsWith('node:') && !isType)
    .map(({ specifier }) => `${path} imports ${specifier}`);

describe('the house', () => {
  test('every package and app has its layer', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)));
    expect([...rooms].filter((room) => layerOf(room) === undefined)).toEqual([]);
  });

  test('imports between packages only point down', () => {
    expect(sources.flatMap(upwardImports)).toEqual([]);
  });

  test('channel adapters import nothing of Chela but the public face for them', () => {
    const adapters = sources.filter(({ path }) => isAdapter(roomOf(path)));
    const others = adapters.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith('@chela/') && specifier !== ADAPTER_FACE)
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(others).toEqual([]);
  });

  test('no file reaches into another package past its index', () => {
    const reaches = sources.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier }) => {
        const file = targetOf(path, specifier)?.file;
        return file !== undefined && roomOf(file) !== roomOf(path) ? [`${path} imports ${specifier}`] : [];
      }),
    );
    expect(reaches).toEqual([]);
  });

  test('no files import each other in a ring', () => {
    expect(cyclesOf(sources)).toEqual([]);
  });

  test('pure files import nothing of node:*', () => {
    expect(sources.filter(({ path }) => isPure(path)).flatMap(nodeImports)).toEqual([]);
  });

  test('blocking file and process calls stand only in the named start-up files', () => {
    const blocking = sources.filter(({ path, blockingNames }) => blockingNames.length > 0 && !MAY_BLOCK[path]);
    expect(blocking.map(({ path, blockingNames }) => `${path}: ${blockingNames.join(', ')}`)).toEqual([]);
  });

  test('no rule is about a file that is gone', () => {
    const paths = sources.map(({ path }) => path);
    const stale = [
      ...PURE_FILES.filter((pattern) => !paths.some((path) => matchesGlob(path, pattern))),
      ...Object.keys(MAY_BLOCK).filter((path) => !sources.some((s) => s.path === path && s.blockingNames.length > 0)),
    ];
    expect(stale).toEqual([]);
  });
});

describe('the test itself', () => {
  const file = (path: string, text: string): SourceFile => parseSource(path, text);

  test('sees static, re-exported, dynamic and type imports', () => {
    const text = `import a from './a.ts'; export * from './b.ts'; const c = () => import('./c.ts'); type D = import('./d.ts').D;`;
    const { imports } = file('packages/store/src/x.ts', text);
    expect(imports).toEqual([
      { specifier: './a.ts', isType: false },
      { specifier: './b.ts', isType: false },
      { specifier: './c.ts', isType: false },
      { specifier: './d.ts', isType: true },
    ]);
  });

  test('an upward and a sideways import are told, a downward one is not', () => {
    const text = `import type { A } from '@chela/agent'; import { C } from '@chela/config'; import { L } from '@chela/protocol';`;
    expect(upwardImports(file('packages/store/src/x.ts', text))).toEqual([
      'packages/store/src/x.ts imports @chela/agent',
      'packages/store/src/x.ts imports @chela/config',
    ]);
  });

  test('a ring is told with the way around it', () => {
    const ring = [
      file('packages/a/src/a.ts', `import './b.ts';`),
      file('packages/a/src/b.ts', `import { a } from './a.ts';`),
    ];
    expect(cyclesOf(ring)).toEqual(['packages/a/src/a.ts → packages/a/src/b.ts → packages/a/src/a.ts']);
  });

  test('a blocking call is seen by its name, whatever it hangs on', () => {
    const text = `import fs, { readFileSync } from 'node:fs'; readFileSync('x'); fs.existsSync('y');`;
    expect(file('packages/a/src/a.ts', text).blockingNames).toEqual(['existsSync', 'readFileSync']);
  });
});
