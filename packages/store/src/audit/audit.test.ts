import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openStore, stateFolder } from '../store-fixture.ts';
import { exportAudit, verifyAuditFile, verifyAuditLog } from './verify-audit.ts';

/** A log of ten entries that somebody changes behind the store's back. */
async function tampered(change: string): Promise<Awaited<ReturnType<typeof verifyAuditLog>>> {
  const stateDir = await stateFolder();
  const store = await openStore(stateDir);
  for (let index = 1; index <= 10; index += 1) store.audit.append({ decision: index });
  await store.close();
  const database = new DatabaseSync(join(stateDir, 'chela', 'chela.sqlite'));
  database.exec(change);
  database.close();
  const again = await openStore(stateDir);
  return verifyAuditLog(again.audit, []);
}

describe('the audit log', () => {
  test('is sound as it was written, and goes on after a restart', async () => {
    const stateDir = await stateFolder();
    const first = await openStore(stateDir);
    first.audit.append({ decision: 'allow' });
    await first.close();
    const second = await openStore(stateDir);
    second.audit.append({ decision: 'block' });
    expect(await verifyAuditLog(second.audit, [])).toEqual({ entries: 2, problems: [] });
    expect(second.audit.recent(1)).toMatchObject([{ seq: 2, body: '{"decision":"block"}' }]);
  });

  test.each([
    ['an edited entry', `update audit set body = '{"decision":"allow"}' where seq = 4`, 4, 'edited'],
    ['an edited time', 'update audit set at = at + 1 where seq = 7', 7, 'edited'],
    ['a removed entry', 'delete from audit where seq = 3', 3, 'removed'],
    ['a cut-off end', 'delete from audit where seq > 6', 7, 'truncated'],
    ['an added entry', `insert into audit values (11, 1, '{}', 'x')`, 11, 'edited'],
    [
      'two entries that changed places',
      `update audit set seq = -5 where seq = 5; update audit set seq = 5 where seq = 6; update audit set seq = 6 where seq = -5`,
      5,
      'edited',
    ],
  ])('%s is found and located', async (_name, change, seq, kind) => {
    const { problems } = await tampered(change);
    expect(problems[0]).toMatchObject({ seq, kind });
  });

  test('an end that was cut off together with the extent is found by an anchor outside', async () => {
    const stateDir = await stateFolder();
    const store = await openStore(stateDir);
    for (let index = 1; index <= 5; index += 1) store.audit.append({ decision: index });
    const report = await verifyAuditLog(store.audit, [{ seq: 8, hash: 'f'.repeat(64) }]);
    expect(report.problems).toMatchObject([{ seq: 6, kind: 'truncated' }]);
    const other = await verifyAuditLog(store.audit, [{ seq: 2, hash: 'f'.repeat(64) }]);
    expect(other.problems).toMatchObject([{ seq: 2, kind: 'edited' }]);
  });

  test('an export is verified without the store', async () => {
    const stateDir = await stateFolder();
    const store = await openStore(stateDir);
    for (let index = 1; index <= 3; index += 1) store.audit.append({ decision: index });
    const lines: string[] = [];
    for await (const line of exportAudit(store.audit)) lines.push(line);
    const file = join(stateDir, 'audit.jsonl');
    await writeFile(file, lines.join(''));
    expect(await verifyAuditFile(file, [])).toEqual({ entries: 3, problems: [] });
    await writeFile(file, lines.join('').replace('{\\"decision\\":2}', '{\\"decision\\":9}'));
    expect((await verifyAuditFile(file, [])).problems).toMatchObject([{ seq: 2, kind: 'edited' }]);
    await writeFile(file, 'something else\n');
    await expect(verifyAuditFile(file, [])).rejects.toThrow('names no extent');
  });
});
