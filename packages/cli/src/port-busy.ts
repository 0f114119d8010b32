import { createConnection } from 'node:net';

const CONNECT_CHECK_MS = 500;

/** Whether something accepts connections on a port of this machine. */
export function portBusy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const finish = (busy: boolean): void => {
      socket.destroy();
      resolve(busy);
    };
    socket.setTimeout(CONNECT_CHECK_MS, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
