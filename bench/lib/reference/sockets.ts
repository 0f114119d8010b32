import { join } from 'node:path';
import type WebSocket from 'ws';
import { freePort } from '../free-port.ts';
import { cpuSeconds, memory } from '../process-tree.ts';
import { round, sleep, summarize } from '../stats.ts';
import { connect, type NodeRun, type ReferenceContext, runNode } from './probe.ts';

const ECHO_MS = 2_000;
const FANOUT_EVENTS = 2_000;
const FANOUT_TIMEOUT_MS = 45_000;
const STAMP = /^@([0-9a-z]{8,12});/;
const AT_SIGN = 0x40;

/** How the server sends: one text for all, one per client, or one frame for all. */
type FanoutMode = 'once' | 'perClient' | 'framed';
const FANOUTS: readonly (readonly [FanoutMode, bytes: number])[] = [
  ['once', 2_500],
  ['perClient', 2_500],
  ['framed', 2_500],
  ['framed', 100],
];

/** A bare ws server: echo, and one stream to many clients. */
export async function socketRows(context: ReferenceContext, wanted: { ws: boolean; fanout: boolean }): Promise<void> {
  const port = await freePort();
  const server = runNode([join(context.programs, 'ws-server.mjs'), String(port)]);
  try {
    const first = await retryConnect(port);
    context.row('ws', 'bare ws server: RSS with 1 client', 'MiB', round(memory(server.pid).rss));
    first.terminate();
    for (const clients of wanted.ws ? [1, 16, 64] : []) await echo(context, port, clients);
    for (const clients of wanted.fanout ? [1, 100, 500] : []) {
      for (const [mode, bytes] of FANOUTS) {
        if (clients === 1 && mode !== 'once') continue;
        await fanout(context, port, server, { clients, mode, bytes });
      }
    }
  } finally {
    server.child.kill('SIGKILL');
    await server.done;
  }
}

async function retryConnect(port: number): Promise<WebSocket> {
  for (;;) {
    const ws = await connect(port).catch(() => undefined);
    if (ws) return ws;
    await sleep(10);
  }
}

const connectMany = (port: number, count: number): Promise<readonly WebSocket[]> =>
  Promise.all(Array.from({ length: count }, () => connect(port)));

async function echo({ row }: ReferenceContext, port: number, count: number): Promise<void> {
  const clients = await connectMany(port, count);
  const latencies: number[] = [];
  const begun = performance.now();
  const until = begun + ECHO_MS;
  const loop = (ws: WebSocket): Promise<void> =>
    new Promise((resolve) => {
      let sentAt = 0;
      let id = 0;
      const send = (): void => {
        sentAt = performance.now();
        id += 1;
        ws.send(`{"type":"req","id":"${id}","method":"echo","params":{}}`);
      };
      ws.on('message', () => {
        latencies.push(performance.now() - sentAt);
        if (performance.now() < until) send();
        else resolve();
      });
      send();
    });
  await Promise.all(clients.map(loop));
  const seconds = (performance.now() - begun) / 1000;
  row('ws', `echo RPC x${count}: latency`, 'ms', summarize(latencies));
  row('ws', `echo RPC x${count}: throughput`, 'req/s', round(latencies.length / seconds));
  for (const client of clients) client.terminate();
}

async function fanout(
  { row }: ReferenceContext,
  port: number,
  server: NodeRun,
  { clients: count, mode, bytes }: { clients: number; mode: FanoutMode; bytes: number },
): Promise<void> {
  const clients = await connectMany(port, count);
  const lags: number[] = [];
  let frames = 0;
  let peak = 0;
  const cpuBefore = cpuSeconds(server.pid);
  const begun = performance.now();
  const watch = setInterval(() => {
    peak = Math.max(peak, memory(server.pid).rss);
  }, 200);
  const final = (ws: WebSocket): Promise<void> =>
    new Promise((resolve) => {
      ws.on('message', (raw) => {
        frames += 1;
        if (!Buffer.isBuffer(raw)) return;
        const at = raw.lastIndexOf(AT_SIGN);
        if (at < 0) return;
        const stamp = STAMP.exec(raw.toString('latin1', at, Math.min(at + 16, raw.length)))?.[1];
        if (stamp) lags.push(((performance.timeOrigin + performance.now()) * 1000 - Number.parseInt(stamp, 36)) / 1000);
        if (raw.includes('"final"')) resolve();
      });
    });
  const finals = Promise.all(clients.map(final));
  const control = await connect(port);
  const params = { mode, count: FANOUT_EVENTS, batch: 2, everyMs: 2, bytes };
  control.send(JSON.stringify({ id: 1, method: 'fanout', params }));
  await Promise.race([finals, sleep(FANOUT_TIMEOUT_MS)]);
  clearInterval(watch);
  const seconds = (performance.now() - begun) / 1000;
  const label = `fan-out ${FANOUT_EVENTS} x ${count}, ${bytes} B, ${mode}`;
  row('fanout', `${label}: complete`, 's', round(seconds));
  row('fanout', `${label}: events`, '/s', round(frames / seconds));
  row('fanout', `${label}: lag`, 'ms', summarize(lags));
  row('fanout', `${label}: server CPU`, 's', round(cpuSeconds(server.pid) - cpuBefore));
  row('fanout', `${label}: peak RSS`, 'MiB', round(peak));
  for (const client of [...clients, control]) client.terminate();
  await sleep(200);
}
