#!/usr/bin/env node
// A stub that speaks just enough of the gateway protocol for this bench: the floor for a Node implementation, and the
// bench's own self-test. No auth checks worth the name, no policies, no plugins: never use it for anything else.
//   node stub-gateway.mjs gateway run --port N | --version | --help | gateway call health --url U --token T
import module from 'node:module';

if (process.env.STUB_NO_COMPILE_CACHE !== '1') module.enableCompileCache?.();
const VERSION = 'stub';
const args = process.argv.slice(2);

if (args[0] === '--version') process.stdout.write(`${VERSION}\n`);
else if (args.length === 0 || args[0] === '--help') process.stdout.write('stub-gateway: gateway run --port N\n');
else if (args[0] === 'gateway' && args[1] === 'call') await callOnce();
else await serve();

async function callOnce() {
  const opt = (name) => args[args.indexOf(`--${name}`) + 1];
  const ws = new WebSocket(opt('url'));
  ws.onmessage = ({ data }) => {
    const f = JSON.parse(data);
    if (f.event === 'connect.challenge')
      ws.send(JSON.stringify({ type: 'req', id: 'c', method: 'connect', params: { auth: { token: opt('token') } } }));
    else if (f.id === 'c') ws.send(JSON.stringify({ type: 'req', id: 'h', method: args[2], params: {} }));
    else if (f.id === 'h') {
      process.stdout.write(`${JSON.stringify(f.payload)}\n`);
      ws.close();
    }
  };
}

async function serve() {
  const [http, { DatabaseSync }, { WebSocketServer }, fs, path, { randomUUID }, { spawn }] = await Promise.all([
    import('node:http'),
    import('node:sqlite'),
    import('ws'),
    import('node:fs'),
    import('node:path'),
    import('node:crypto'),
    import('node:child_process'),
  ]);
  const state = process.env.OPENCLAW_STATE_DIR;
  const configText = fs.readFileSync(process.env.OPENCLAW_CONFIG_PATH, 'utf8');
  const config = JSON.parse(configText);
  const provider = new URL(`${config.models.providers.mock.baseUrl}/chat/completions`);
  const prompt = 'stub prompt '.repeat(Number(process.env.STUB_PROMPT_KB ?? 48) * 86); // as large as upstream's requests
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

  const db = new DatabaseSync(path.join(state, 'stub.sqlite'));
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
    CREATE TABLE IF NOT EXISTS sessions(key TEXT PRIMARY KEY, at INTEGER, entry TEXT) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sessions_at ON sessions(at DESC);
    CREATE TABLE IF NOT EXISTS messages(id INTEGER PRIMARY KEY, key TEXT, body TEXT);
    CREATE INDEX IF NOT EXISTS messages_key ON messages(key, id);`);
  const q = {
    put: db.prepare('INSERT INTO sessions VALUES(?,?,?) ON CONFLICT(key) DO UPDATE SET at=excluded.at'),
    list: db.prepare('SELECT key, at, entry FROM sessions ORDER BY at DESC LIMIT ?'),
    count: db.prepare('SELECT count(*) n FROM sessions'),
    add: db.prepare('INSERT INTO messages(key, body) VALUES(?,?)'),
    history: db.prepare(
      'SELECT body FROM (SELECT id, body FROM messages WHERE key=? ORDER BY id DESC LIMIT ?) ORDER BY id',
    ),
  };
  const legacy = path.join(state, 'agents', 'main', 'sessions', 'sessions.json');
  if (fs.existsSync(legacy)) {
    db.exec('BEGIN');
    for (const [key, entry] of Object.entries(JSON.parse(fs.readFileSync(legacy, 'utf8')))) {
      q.put.run(key, entry.updatedAt, JSON.stringify({ key, ...entry }));
      if (!entry.sessionFile) continue;
      for (const line of fs.readFileSync(entry.sessionFile, 'utf8').split('\n')) {
        if (line.includes('"type":"message"')) q.add.run(key, JSON.stringify(JSON.parse(line).message));
      }
    }
    db.exec('COMMIT');
    fs.renameSync(legacy, `${legacy}.imported`);
  }

  const server = http.createServer((_req, res) => res.end('ok'));
  const wss = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 25 << 20 });
  const clients = new Set();

  /** One stringify and one frame for all; a client with 4 MiB unsent misses deltas. */
  function broadcast(event, payload, droppable) {
    const body = Buffer.from(JSON.stringify({ type: 'event', event, payload }));
    const head =
      body.length < 126
        ? Buffer.from([0x81, body.length])
        : body.length < 65536
          ? Buffer.from([0x81, 126, body.length >> 8, body.length & 255])
          : Buffer.from([0x81, 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((s) => (body.length >>> s) & 255)]);
    const frame = Buffer.concat([head, body]);
    for (const ws of clients) if (!(droppable && ws._socket.writableLength > 4 << 20)) ws._socket.write(frame);
  }

  function complete(messages, onDelta) {
    return new Promise((resolve, reject) => {
      const req = http.request(
        provider,
        { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
        (res) => {
          let rest = '';
          const out = { text: '', calls: [] };
          res.setEncoding('utf8');
          res.on('data', (chunk) => {
            rest += chunk;
            for (let at = rest.indexOf('\n\n'); at >= 0; at = rest.indexOf('\n\n')) {
              const line = rest.slice(6, at);
              rest = rest.slice(at + 2);
              if (line === '[DONE]') continue;
              const d = JSON.parse(line).choices[0].delta;
              if (d.content) {
                out.text += d.content;
                onDelta(d.content, out.text);
              }
              if (d.tool_calls) out.calls.push(...d.tool_calls);
            }
          });
          res.on('end', () => resolve(out));
        },
      );
      req.on('error', reject);
      req.end(JSON.stringify({ model: 'm1', stream: true, messages, tools: [] }));
    });
  }

  const lanes = new Map();
  async function turn(runId, sessionKey, message) {
    const save = (m) => q.add.run(sessionKey, JSON.stringify(m));
    q.put.run(sessionKey, Date.now(), JSON.stringify({ key: sessionKey, sessionId: randomUUID() }));
    save({ role: 'user', content: message });
    const messages = [
      { role: 'system', content: prompt },
      ...q.history.all(sessionKey, 200).map((r) => JSON.parse(r.body)),
    ];
    let delta = '';
    let timer = null;
    let chatAt = 0;
    let text = '';
    const flush = () => {
      // deltas of 10 ms become one event
      timer = null;
      broadcast('agent', { runId, sessionKey, stream: 'assistant', data: { text, delta } }, true);
      delta = '';
      const now = Date.now();
      if (now - chatAt >= 150) {
        chatAt = now;
        broadcast(
          'chat',
          { runId, sessionKey, state: 'delta', message: { role: 'assistant', content: [{ type: 'text', text }] } },
          true,
        );
      }
    };
    for (;;) {
      const r = await complete(messages, (d, all) => {
        delta += d;
        text = all;
        timer ??= setTimeout(flush, chatAt === 0 ? 0 : 10);
      });
      if (r.calls.length === 0) break;
      const done = { role: 'assistant', content: r.text || null, tool_calls: r.calls.map(({ index, ...c }) => c) };
      messages.push(done);
      save(done);
      for (const c of r.calls) {
        const { command } = JSON.parse(c.function.arguments);
        const output = await new Promise((resolve) => {
          const p = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
          let o = '';
          p.stdout.on('data', (x) => {
            o += x;
          });
          p.on('close', () => resolve(o));
        });
        const res = { role: 'tool', tool_call_id: c.id, content: output };
        messages.push(res);
        save(res);
      }
    }
    if (timer) {
      clearTimeout(timer);
      flush();
    }
    save({ role: 'assistant', content: text });
    broadcast('chat', {
      runId,
      sessionKey,
      state: 'final',
      message: { role: 'assistant', content: [{ type: 'text', text }] },
    });
  }

  const methods = {
    health: () => ({ ok: true, ts: Date.now() }),
    'config.get': () => ({
      exists: true,
      raw: configText.replace(/("(?:token|apiKey)":\s*")[^"]+/g, '$1__REDACTED__'),
    }),
    'models.list': () => ({ models: [{ id: 'm1', name: 'm1', provider: 'mock' }] }),
    'sessions.list': ({ limit = 100 }) => ({
      totalCount: q.count.get().n,
      sessions: q.list.all(limit).map((r) => JSON.parse(r.entry)),
    }),
    'chat.history': ({ sessionKey, limit = 200 }) => ({
      sessionKey,
      messages: q.history.all(sessionKey, limit).map((r) => JSON.parse(r.body)),
    }),
    'chat.send': ({ sessionKey, message, idempotencyKey }) => {
      const before = lanes.get(sessionKey) ?? Promise.resolve();
      const run = before
        .then(() => turn(idempotencyKey, sessionKey, message))
        .catch((e) =>
          broadcast('chat', { runId: idempotencyKey, sessionKey, state: 'error', errorMessage: e.message }),
        );
      lanes.set(sessionKey, run);
      run.then(() => {
        if (lanes.get(sessionKey) === run) lanes.delete(sessionKey);
      });
      return { runId: idempotencyKey, status: 'started' };
    },
  };

  wss.on('connection', (ws) => {
    const send = (o) => ws.send(JSON.stringify(o));
    send({ type: 'event', event: 'connect.challenge', payload: { nonce: randomUUID(), ts: Date.now() } });
    ws.on('close', () => clients.delete(ws));
    ws.on('message', (raw) => {
      const { id, method, params } = JSON.parse(raw);
      if (method === 'connect') {
        if (params.auth?.token !== process.env.OPENCLAW_GATEWAY_TOKEN) return ws.close(1008, 'unauthorized');
        clients.add(ws);
        return send({
          type: 'res',
          id,
          ok: true,
          payload: {
            type: 'hello-ok',
            protocol: 3,
            server: { version: VERSION, connId: randomUUID() },
            features: { methods: Object.keys(methods), events: ['agent', 'chat'] },
            snapshot: {},
            policy: { maxPayload: 25 << 20, maxBufferedBytes: 4 << 20, tickIntervalMs: 30_000 },
          },
        });
      }
      try {
        send({ type: 'res', id, ok: true, payload: methods[method](params ?? {}) });
      } catch (e) {
        send({ type: 'res', id, ok: false, error: { code: 'INVALID_REQUEST', message: e.message } });
      }
    });
  });
  server.listen(Number(args[args.indexOf('--port') + 1] || process.env.OPENCLAW_GATEWAY_PORT), '127.0.0.1');
  for (const s of ['SIGTERM', 'SIGINT'])
    process.on(s, () => {
      db.close();
      process.exit(0);
    });
}
