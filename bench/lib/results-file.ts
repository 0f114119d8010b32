import { readFileSync, writeFileSync } from 'node:fs';
import type { Results } from './report.ts';
import type { Summary } from './stats.ts';

/**
 * Puts a latency in milliseconds that was measured without a gateway process into a results file of the bench, in place of
 * the figure that was there before. The file must exist: it is the one that a run with `--out` wrote.
 */
export function putLatency(file: string, suite: string, metric: string, summary: Summary): void {
  const results: Results = JSON.parse(readFileSync(file, 'utf8'));
  const others = results.metrics.filter((row) => row.suite !== suite || row.metric !== metric);
  const row = { suite, metric, unit: 'ms', better: 'lower', values: { chela: summary }, ratioToFirst: {} } as const;
  writeFileSync(file, `${JSON.stringify({ ...results, metrics: [...others, row] }, null, 1)}\n`);
}
