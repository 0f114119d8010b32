import { interleave } from '../gateway.ts';
import { installedSize } from '../installed-size.ts';
import { cpuSeconds, wakeups } from '../process-tree.ts';
import { sleep } from '../stats.ts';
import type { Suite } from '../suite.ts';

/** First boot, warm boots, what a ready and an idle gateway uses, and how fast it stops. */
export const startup: Suite = async ({ gateways, record, quick, log }) => {
  const warmBoots = quick ? 2 : 4;
  const idleS = quick ? 8 : 60;
  for (const gateway of gateways) {
    const size = installedSize(gateway.command);
    if (size) {
      record(gateway, 'installed files', 'files', 'lower', [size.files]);
      record(gateway, 'installed size', 'MiB', 'lower', [size.mib]);
    }
    gateway.prepare('main');
    const boot = await gateway.boot();
    log(`${gateway.name} ${gateway.hello?.version} first boot ${Math.round(boot.helloMs)} ms`);
    record(gateway, 'first boot: hello-ok', 'ms', 'lower', [boot.helloMs]);
    record(gateway, 'first boot: CPU', 's', 'lower', [boot.cpuS]);
    await sleep(500);
    record(gateway, 'stop (SIGTERM to gone)', 'ms', 'lower', [await gateway.stop()]);
  }
  await interleave(gateways, warmBoots, async (gateway, round) => {
    const boot = await gateway.boot();
    record(gateway, 'warm boot: connect.challenge', 'ms', 'lower', [boot.challengeMs]);
    record(gateway, 'warm boot: hello-ok', 'ms', 'lower', [boot.helloMs]);
    record(gateway, 'warm boot: health answered', 'ms', 'lower', [boot.healthMs]);
    record(gateway, 'warm boot: CPU until ready', 's', 'lower', [boot.cpuS]);
    record(gateway, 'ready: RSS (tree)', 'MiB', 'lower', [boot.rssMb]);
    record(gateway, 'ready: PSS (tree)', 'MiB', 'lower', [boot.pssMb]);
    record(gateway, 'ready: processes', '', 'lower', [boot.processes]);
    record(gateway, 'ready: threads', '', 'lower', [boot.threads]);
    if (round === warmBoots - 1) return;
    await sleep(300);
    record(gateway, 'stop (SIGTERM to gone)', 'ms', 'lower', [await gateway.stop()]);
  });
  // All are up now; the second half of the idle time is the measured window.
  log(`idle ${idleS} s`);
  await sleep(idleS * 500);
  const before = gateways.map((gateway) => ({
    gateway,
    cpu: cpuSeconds(gateway.pid),
    wakeups: wakeups(gateway.pid),
    at: performance.now(),
  }));
  await sleep(idleS * 500);
  for (const start of before) {
    const { gateway } = start;
    const seconds = (performance.now() - start.at) / 1000;
    const woken = wakeups(gateway.pid) - start.wakeups;
    const { rss, pss } = gateway.memory();
    record(gateway, `idle ${idleS} s: RSS (tree)`, 'MiB', 'lower', [rss]);
    record(gateway, `idle ${idleS} s: PSS (tree)`, 'MiB', 'lower', [pss]);
    record(gateway, 'idle: CPU', '%', 'lower', [((cpuSeconds(gateway.pid) - start.cpu) / seconds) * 100]);
    record(gateway, 'idle: wakeups', '/s', 'lower', [woken / seconds]);
  }
};
