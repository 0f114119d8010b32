import { join } from 'node:path';
import { TOKEN } from '../fixture.ts';
import { type Gateway, interleave } from '../gateway.ts';
import type { Suite } from '../suite.ts';

const COMMANDS = [
  ['--version', '--version'],
  ['--help', '--help'],
  ['gateway call health', `gateway call health --json --url {url} --token ${TOKEN}`],
] as const;
const SAMPLE_EVERY_MS = 10;

/** Wall time of one-shot commands; the last run of each is sampled for memory and CPU instead. */
export const cli: Suite = async ({ gateways, processes, record, quick, log, ensureRunning }) => {
  await ensureRunning();
  const runs = quick ? 3 : 6;
  for (const [label, args] of COMMANDS) {
    const failing = new Set<Gateway>();
    await interleave(gateways, runs + 1, async (gateway, round) => {
      if (failing.has(gateway)) return;
      const { env, workspace, root } = gateway.fixture;
      const isSampled = round === runs;
      const result = await processes.oneShot(`${gateway.fill(gateway.cli)} ${args.replace('{url}', gateway.url)}`, {
        env,
        cwd: workspace,
        logFile: join(root, 'cli.log'),
        everyMs: isSampled ? SAMPLE_EVERY_MS : 0,
      });
      if (!result.ok) {
        failing.add(gateway);
        log(`${gateway.name}: ${label} failed with code ${result.code}`);
        return;
      }
      if (isSampled) {
        record(gateway, `${label}: peak RSS (tree)`, 'MiB', 'lower', [result.peakRssMb]);
        record(gateway, `${label}: CPU`, 's', 'lower', [result.cpuS]);
      } else if (round > 0 || quick) record(gateway, `${label}: wall`, 'ms', 'lower', [result.wallMs]);
    });
  }
};
