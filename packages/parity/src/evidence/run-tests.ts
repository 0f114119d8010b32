import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from '../default-gateway.ts';
import { loadTestReports, type TestReports } from './test-reports.ts';

/** Runs test files of the checkout, whatever their project, and reads what became of them. */
export async function runTests(paths: readonly string[], signal: AbortSignal): Promise<TestReports> {
  if (paths.length === 0) return new Map();
  const folder = await mkdtemp(join(tmpdir(), 'parity-tests-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(CHECKOUT, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...paths];
    const child = spawn(process.execPath, args, { cwd: CHECKOUT, stdio: 'ignore', signal });
    // Failing tests are in the report; only a run without one is a failure of its own.
    await once(child, 'exit');
    return await loadTestReports([report]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
