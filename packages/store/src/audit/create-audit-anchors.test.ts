import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLogger, systemClock } from '@chela/observability';
import { expect, test } from 'vitest';
import { openStore, stateFolder } from '../store-fixture.ts';
import { createAuditAnchors, readAuditAnchors } from './create-audit-anchors.ts';
import { verifyAuditLog } from './verify-audit.ts';

async function anchored(entries: number) {
  const stateDir = await stateFolder();
  const store = await openStore(stateDir);
  const path = join(stateDir, 'chela', 'audit-anchors.jsonl');
  const walPath = join(stateDir, 'chela', 'chela.sqlite-wal');
  const anchors = createAuditAnchors({ path, walPath, log: store.audit, clock: systemClock, logger: silentLogger() });
  for (let index = 1; index <= entries; index += 1) store.audit.append({ decision: index });
  await anchors.close();
  return { stateDir, store, path, anchors };
}

test('an end that was cut off with all that the database knows of it is found', async () => {
  const { stateDir, store, path } = await anchored(6);
  const [fourth] = store.audit.page(3, 1);
  await store.close();
  const database = new DatabaseSync(join(stateDir, 'chela', 'chela.sqlite'));
  database.exec(`delete from audit where seq > 4;
    update audit_extent set head_seq = 4, head_hash = '${fourth?.hash}'`);
  database.close();
  const again = await openStore(stateDir);
  expect(await verifyAuditLog(again.audit, [])).toMatchObject({ problems: [] });
  const report = await verifyAuditLog(again.audit, await readAuditAnchors(path));
  expect(report.problems).toMatchObject([{ seq: 5, kind: 'truncated' }]);
});

test('notes are for the owner only, one for each end', async () => {
  const { store, path, anchors } = await anchored(2);
  await anchors.note();
  store.audit.append({ decision: 3 });
  await anchors.note();
  expect((await readAuditAnchors(path)).map(({ seq }) => seq)).toEqual([2, 3]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await store.close();
});

test('a note that was cut off by a crash is passed over, and the file does not grow for ever', async () => {
  const { store, path, anchors } = await anchored(1);
  await appendFile(path, '{"seq":2,"ha');
  expect((await readAuditAnchors(path)).map(({ seq }) => seq)).toEqual([1]);
  store.audit.append({ decision: 2 });
  await anchors.note();
  expect((await readAuditAnchors(path)).map(({ seq }) => seq)).toEqual([1, 2]);
  const many = Array.from({ length: 2_000 }, () => '{"seq":1,"hash":"x"}').join('\n');
  await appendFile(path, `\n${many}\n`);
  store.audit.append({ decision: 3 });
  await anchors.note();
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(501);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ seq: 3 });
  await store.close();
});
