// Bare WebSocket server: the floor under any gateway on Node. Echo, and a fan-out on request.
//   node ws-server.mjs PORT
// Text frames: {"type":"req","id":N,"method":"echo"} -> {"type":"res","id":N,"ok":true}
//   method "fanout" params {mode, count, batch, everyMs, bytes}: `count` events to every other client.
//     mode once       stringify once, ws.send(string) to each client
//     mode perClient  stringify again for every client
//     mode framed     stringify and frame once, one shared Buffer written to every socket
import { WebSocketServer } from 'ws';

const wss = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', perMessageDeflate: false });
const stamp = () => `@${Math.round((performance.timeOrigin + performance.now()) * 1000).toString(36)};`;
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

/** An unmasked server text frame (RFC 6455 section 5.2) around a JSON text. */
function frame(text) {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : body.length < 65536
        ? Buffer.from([0x81, 126, body.length >> 8, body.length & 255])
        : (() => {
            const b = Buffer.alloc(10);
            b[0] = 0x81;
            b[1] = 127;
            b.writeBigUInt64BE(BigInt(body.length), 2);
            return b;
          })();
  return Buffer.concat([head, body]);
}

async function fanout(from, { mode, count, batch, everyMs, bytes }) {
  const targets = [...wss.clients].filter((c) => c !== from && c.readyState === 1);
  const pad = 'a'.repeat(bytes);
  for (let i = 0; i < count; ) {
    for (let b = 0; b < batch && i < count; b += 1, i += 1) {
      const last = i === count - 1;
      const event = {
        type: 'event',
        event: 'chat',
        payload: {
          runId: 'r',
          seq: i,
          state: last ? 'final' : 'delta',
          text: pad,
          at: i % 20 === 0 || last ? stamp() : '',
        },
      };
      if (mode === 'perClient') for (const c of targets) c.send(JSON.stringify({ ...event, seq: i }));
      else if (mode === 'framed') {
        const buf = frame(JSON.stringify(event));
        for (const c of targets) c._socket.write(buf);
      } else {
        const text = JSON.stringify(event);
        for (const c of targets) c.send(text);
      }
    }
    await sleep(everyMs);
  }
}

wss.on('connection', (ws) => {
  ws.on('message', (raw) => {
    const req = JSON.parse(raw);
    ws.send(JSON.stringify({ type: 'res', id: req.id, ok: true, payload: {} }));
    if (req.method === 'fanout') fanout(ws, req.params).catch(() => ws.terminate());
  });
});
