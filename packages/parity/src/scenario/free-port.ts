import { createServer } from 'node:net';

const FIRST_PORT = 20_000;
const PORT_RANGE = 30_000;
/** A gateway may open side ports next to its own. */
const PORTS_IN_A_ROW = 4;

/** The first of four free loopback ports in a row. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_RANGE);
    const row = Array.from({ length: PORTS_IN_A_ROW }, (_, index) => isFree(port + index));
    if ((await Promise.all(row)).every(Boolean)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
