import { expect, it } from 'vitest';
import { createRenderer } from './renderer.ts';

const text = (id: string, literalString: string) => ({ id, component: { Text: { text: { literalString } } } });

it('collects a surface over messages in any order', () => {
  const { host, surfaces } = createRenderer();
  const answer = host.applyMessages([
    { dataModelUpdate: { surfaceId: 'main', contents: [{ key: 'n', valueNumber: 1 }] } },
    { surfaceUpdate: { surfaceId: 'main', components: [text('a', 'one'), text('b', 'two')] } },
    { beginRendering: { surfaceId: 'main', root: 'a', styles: { primaryColor: '#ff0000', font: 'serif' } } },
    { surfaceUpdate: { surfaceId: 'main', components: [text('a', 'new')] } },
    { dataModelUpdate: { surfaceId: 'main', path: '/deep/er', contents: [{ key: 'm', valueString: 'x' }] } },
  ]);
  expect(answer).toEqual({ ok: true, surfaces: ['main'] });
  const main = surfaces.value.get('main');
  expect(main).toMatchObject({
    root: 'a',
    primaryColor: '#ff0000',
    font: 'serif',
    data: { n: 1, deep: { er: { m: 'x' } } },
  });
  expect(main?.components.get('a')?.props).toEqual({ text: { literalString: 'new' } });
  expect(main?.components.size).toBe(2);
});

it('a root update replaces the data', () => {
  const { host, surfaces } = createRenderer();
  for (const path of [undefined, '/']) {
    host.applyMessages([
      { dataModelUpdate: { surfaceId: 's', path: '/old', contents: [{ key: 'a', valueNumber: 1 }] } },
      { dataModelUpdate: { surfaceId: 's', ...(path && { path }), contents: [{ key: 'b', valueNumber: 2 }] } },
    ]);
    expect(surfaces.value.get('s')?.data).toEqual({ b: 2 });
  }
});

it('forgets surfaces', () => {
  const { host } = createRenderer();
  const begin = (surfaceId: string) => ({ beginRendering: { surfaceId, root: 'r' } });
  expect(host.applyMessages([begin('a'), begin('b'), { deleteSurface: { surfaceId: 'a' } }]).surfaces).toEqual(['b']);
  expect(host.reset()).toEqual({ ok: true });
  expect(host.getSurfaces()).toEqual([]);
});

it('goes on after messages that are none', () => {
  const { host } = createRenderer();
  const nonsense = [
    null,
    'x',
    {},
    { createSurface: { surfaceId: 'v9' } },
    { surfaceUpdate: {} },
    { beginRendering: { surfaceId: 's' } },
  ];
  expect(host.applyMessages([...nonsense, { beginRendering: { surfaceId: 'main', root: 'r' } }]).surfaces).toEqual([
    'main',
  ]);
  expect(() => host.applyMessages({})).toThrow(TypeError);
});

it('does not grow without end', () => {
  const { host } = createRenderer();
  host.applyMessages(Array.from({ length: 200 }, (_, n) => ({ beginRendering: { surfaceId: `s${n}`, root: 'r' } })));
  expect(host.getSurfaces()).toHaveLength(64);
});

it('keeps what people enter', () => {
  const { host, surfaces, write } = createRenderer();
  host.applyMessages([{ beginRendering: { surfaceId: 'main', root: 'r' } }]);
  write('main', ['form', 'name'], 'Ann');
  write('gone', ['x'], 1);
  expect(surfaces.value.get('main')?.data).toEqual({ form: { name: 'Ann' } });
  expect(host.getSurfaces()).toEqual(['main']);
});
