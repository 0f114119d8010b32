import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memory } from '../process-tree.ts';
import { sleep, summarize } from '../stats.ts';
import { type ReferenceContext, runNode } from './probe.ts';

const RSS_RUNS = 5;

/** What an empty process costs. */
export async function processRows({ row, runs, tmp }: ReferenceContext): Promise<void> {
  const empty = join(tmp, 'empty.mjs');
  writeFileSync(empty, '');
  const walls: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    const run = runNode([empty]);
    await run.done;
    walls.push(performance.now() - run.at);
  }
  row('process', 'node empty.mjs: wall', 'ms', summarize(walls));

  const wait = join(tmp, 'wait.mjs');
  writeFileSync(wait, 'setInterval(() => {}, 1e9);');
  const rss: number[] = [];
  for (let i = 0; i < RSS_RUNS; i += 1) {
    const run = runNode([wait]);
    await sleep(400);
    rss.push(memory(run.pid).rss);
    run.child.kill('SIGKILL');
    await run.done;
  }
  row('process', 'node waiting, nothing loaded: RSS', 'MiB', summarize(rss));

  const spawns = Array.from({ length: runs }, () => {
    const begun = performance.now();
    execFileSync('/bin/true');
    return performance.now() - begun;
  });
  row('process', '/bin/true: wall', 'ms', summarize(spawns), 'spawn cost seen from Node');
}
