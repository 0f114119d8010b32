import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKOUT } from '../default-gateway.ts';
import { explanationOf, loadExplained } from './explained.ts';

const list = [{ trace: 'failover/*', path: 'payload\\.state: expected "error"', reason: 'kept', row: 'a row' }];

test('a difference is explained in its traces, at its place only', () => {
  const line = 'step 3 (wait chat): [0].payload.state: expected "error", got "delta"';
  expect(explanationOf(list, 'failover/auth-401', line)?.reason).toBe('kept');
  expect(explanationOf(list, 'chat/send', line)).toBeUndefined();
  expect(explanationOf(list, 'failover/auth-401', 'step 3 (wait chat): [0].payload.seq: missing')).toBeUndefined();
});

test('every explanation has a row in the compatibility table', async () => {
  const page = await readFile(join(CHECKOUT, 'docs', 'compatibility.md'), 'utf8');
  const lost = (await loadExplained()).filter(({ row }) => !page.includes(`| ${row} |`));
  expect(lost).toEqual([]);
});
