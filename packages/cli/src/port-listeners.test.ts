import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listeningSockets, portListeners } from './port-listeners.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

it('finds listening sockets of the port in the table of the kernel, of both address families', () => {
  const table = [
    HEAD,
    '   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0',
    '   1: 0100007F:4965 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 100 0 0 10 0',
    '   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0 100 0 0 10 0',
    '   3: 00000000000000000000000001000000:4965 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4714 1 0',
  ].join('\n');
  expect([...listeningSockets(table, 18_789)]).toEqual([
    ['4711', '127.0.0.1:18789'],
    ['4714', '[::1]:18789'],
  ]);
});

it.runIf(process.platform === 'linux')('names the process that listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await portListeners(port)).toMatchObject([{ pid: process.pid, address: `127.0.0.1:${port}` }]);
});
