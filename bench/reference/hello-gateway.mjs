// The smallest useful gateway skeleton: http + ws + SQLite (WAL), one table, one RPC. Used to time start-up variants.
import http from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { WebSocketServer } from 'ws';

const db = new DatabaseSync(process.env.HELLO_DB ?? ':memory:');
db.exec(
  'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE IF NOT EXISTS s(k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;',
);
const get = db.prepare('SELECT v FROM s WHERE k=?');
const server = http.createServer((_req, res) => res.end('ok'));
const wss = new WebSocketServer({ server, perMessageDeflate: false });
wss.on('connection', (ws) => {
  ws.send('{"type":"event","event":"connect.challenge","payload":{"nonce":"n"}}');
  ws.on('message', (raw) => {
    const { id } = JSON.parse(raw);
    ws.send(JSON.stringify({ type: 'res', id, ok: true, payload: get.get('x') ?? null }));
  });
});
server.listen(Number(process.env.HELLO_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
