import { expect, test } from 'vitest';
import { openStore, stateFolder } from '../store-fixture.ts';

const result = (text: string) => ({ sessionKey: 'agent:main:main', tool: 'exec', text });

test('a result is found by its handle, also after a restart', async () => {
  const folder = await stateFolder();
  const first = await openStore(folder);
  const handle = await first.toolResults.keep(result('whole text'));
  await first.close();
  const second = await openStore(folder);
  expect(await second.toolResults.find(handle)).toMatchObject(result('whole text'));
  expect(await second.toolResults.find('nosuch')).toBeUndefined();
  await second.toolResults.keep(result('newer'));
  expect(await second.toolResults.latest('agent:main:main')).toMatchObject(result('newer'));
  expect(await second.toolResults.latest('agent:main:other')).toBeUndefined();
});

test('the oldest results make room, one result has a limit', async () => {
  const { toolResults } = await openStore(await stateFolder());
  const handles: string[] = [];
  for (let n = 0; n < 18; n += 1) handles.push(await toolResults.keep(result('x'.repeat(4_000_001))));
  const kept = await Promise.all(handles.map((handle) => toolResults.find(handle)));
  expect(kept.map((row) => row?.text.length)).toEqual([undefined, undefined, ...Array(16).fill(4_000_000)]);
});
