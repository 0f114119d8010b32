#!/usr/bin/env node
/** Bare reference points on this machine: what Node, a socket and SQLite can do with nothing on top. See README.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ReferenceContext, ReferenceRow } from './lib/reference/probe.ts';
import { processRows } from './lib/reference/process.ts';
import { serialiseRows } from './lib/reference/serialise.ts';
import { socketRows } from './lib/reference/sockets.ts';
import { startRows } from './lib/reference/start.ts';
import { storageRows } from './lib/reference/storage.ts';
import { cell } from './lib/report.ts';
import { round } from './lib/stats.ts';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    md: { type: 'string' },
    runs: { type: 'string', default: '15' },
    only: { type: 'string' },
  },
});

const shown = (value: ReferenceRow['value']): string =>
  value === null ? '–' : typeof value === 'number' ? String(value) : cell(value);

const rows: ReferenceRow[] = [];
const tmp = mkdtempSync(join(os.tmpdir(), 'bench-ref-'));
const context: ReferenceContext = {
  row: (group, what, unit, value, remark = '') => {
    rows.push({ group, what, unit, value, remark });
    process.stderr.write(`${group} | ${what}: ${shown(value)} ${unit} ${remark}\n`);
  },
  runs: Number(options.runs),
  tmp,
  programs: fileURLToPath(new URL('./reference/', import.meta.url)),
};
const wants = (group: string): boolean => !options.only || options.only.split(',').includes(group);

if (wants('process')) await processRows(context);
if (wants('ws') || wants('fanout')) await socketRows(context, { ws: wants('ws'), fanout: wants('fanout') });
if (wants('storage')) storageRows(context);
if (wants('serialise')) serialiseRows(context);
if (wants('start')) await startRows(context);
rmSync(tmp, { recursive: true, force: true });

const machine = {
  cpu: os.cpus()[0]?.model.trim(),
  cores: os.cpus().length,
  node: process.version,
  kernel: os.release(),
  loadAverage: os.loadavg().map(round),
};
if (options.out) {
  const results = { schema: 1, at: new Date().toISOString(), machine, rows };
  writeFileSync(options.out, `${JSON.stringify(results, null, 1)}\n`);
}
const table = [
  '| group | what | unit | median (min–max, or p95/p99) | remark |',
  '|---|---|---|---|---|',
  ...rows.map((row) => `| ${row.group} | ${row.what} | ${row.unit} | ${shown(row.value)} | ${row.remark} |`),
].join('\n');
if (options.md) writeFileSync(options.md, `${table}\n`);
else process.stdout.write(`${table}\n`);
process.exit(0);
