import { once } from 'node:events';
import WebSocket from 'ws';

export interface InspectedHeap {
  /** Bytes in use after a full collection. */
  usedAfterCollection(): Promise<number>;
  close(): void;
}

/** The heap of a process that was started with `--inspect=127.0.0.1:0`, found by what it printed. */
export async function inspectHeap(printed: string): Promise<InspectedHeap> {
  const url = /Debugger listening on (ws:\/\/\S+)/.exec(printed)?.[1];
  if (url === undefined) throw new Error(`no inspector in:\n${printed}`);
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let asked = 0;
  const call = async (method: string): Promise<unknown> => {
    asked += 1;
    const id = asked;
    socket.send(JSON.stringify({ id, method }));
    for (;;) {
      const [data] = await once(socket, 'message');
      const answer = JSON.parse(String(data));
      if (answer.id === id) return answer.result;
    }
  };
  return {
    async usedAfterCollection() {
      await call('HeapProfiler.collectGarbage');
      const usage = await call('Runtime.getHeapUsage');
      const used = typeof usage === 'object' && usage !== null && 'usedSize' in usage ? usage.usedSize : Number.NaN;
      return Number(used);
    },
    close: () => socket.terminate(),
  };
}
