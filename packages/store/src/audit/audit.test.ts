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

  test('an export over several pages: an edit, a removal, two lines that changed places and a cut-off end are located', async () => {
    const stateDir = await stateFolder();
    const store = await openStore(stateDir);
    const entries = 12_000;
    store.audit.appendAll(Array.from({ length: entries }, (_, index) => ({ decision: index + 1 })));
    const lines: string[] = [];
    for await (const text of exportAudit(store.audit)) lines.push(...text.trimEnd().split('\n'));
    expect(lines).toHaveLength(entries + 1);
    const file = join(stateDir, 'audit.jsonl');
    const found = async (changed: readonly string[]) => {
      await writeFile(file, `${changed.join('\n')}\n`);
      return (await verifyAuditFile(file, [])).problems.map(({ seq, kind }) => [seq, kind]);
    };
    const edited = lines.with(7_001, (lines[7_001] ?? '').replace(':7001}', ':9}'));
    expect(edited).not.toEqual(lines);
    expect(await found(edited)).toEqual([[7_001, 'edited']]);
    expect(await found(lines.toSpliced(5_000, 2))).toEqual([[5_000, 'removed']]);
    const swapped = lines.with(10_000, lines[10_001] ?? '').with(10_001, lines[10_000] ?? '');
    expect(await found(swapped)).toEqual([
      [10_000, 'removed'],
      [10_000, 'reordered'],
      [10_001, 'removed'],
    ]);
    expect(await found(lines.slice(0, 11_001))).toEqual([[11_001, 'truncated']]);
    const seen: string[] = [];
    await found(lines);
    const report = await verifyAuditFile(file, [], (done, total) => seen.push(`${done}/${total}`));
    expect(report).toEqual({ entries, problems: [] });
    expect(seen).toEqual(['5000/12000', '10000/12000', '12000/12000']);
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
