import { interleave } from '../gateway.ts';
import type { Suite } from '../suite.ts';
import { turn } from '../turn.ts';

/** SIGKILL, immediate restart with the same state: how long until a waiting client is served again. */
export const reconnect: Suite = async ({ gateways, record, quick, log, note, ensureRunning }) => {
  await ensureRunning();
  await interleave(gateways, quick ? 1 : 3, async (gateway) => {
    const client = gateway.client({ timeoutMs: 60_000 });
    await client.connect();
    await turn(client, 'agent:main:crash', 'before the crash');
    const begun = performance.now();
    await gateway.stop({ signal: 'SIGKILL', graceMs: 2_000 });
    const gone = performance.now();
    const boot = await gateway.boot();
    record(gateway, 'kill -9 to served again (health)', 'ms', 'lower', [gone - begun + boot.healthMs]);
    const again = gateway.client({ timeoutMs: 60_000 });
    await again.connect();
    const { state } = await turn(again, 'agent:main:crash', 'after the crash');
    if (state !== 'final') note(`${gateway.name}: reconnect: first turn after the crash ended as ${state}`);
    record(gateway, 'kill -9 to first chat final', 'ms', 'lower', [performance.now() - begun]);
    await again.close();
  });
  log('reconnect done');
};
