import type { Exchange } from '../http/exchange.ts';

/** Server-sent events to one client. Writing to a client that left does nothing. */
export interface EventStream {
  /** Sends a JSON event, with an `event:` line when it has a name. */
  send(data: unknown, event?: string): void;
  /** Sends `[DONE]` and ends the answer. */
  done(): void;
}

/** What may wait in memory for a client that does not read; beyond it the client is cut off, its run goes on. */
const WAITING_MAX_BYTES = 4 * 1024 * 1024;

export function openEventStream({ response }: Exchange): EventStream {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache',
    Connection: 'keep-alive',
  });
  response.flushHeaders();
  const write = (text: string): void => {
    if (response.destroyed || response.writableEnded) return;
    response.write(text);
    if (response.writableLength > WAITING_MAX_BYTES) response.destroy();
  };
  return {
    send: (data, event) => write(`${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`),
    done() {
      write('data: [DONE]\n\n');
      response.end();
    },
  };
}
