import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import irc from '@chela/channel-irc';
import { type IrcGuest, joinAsGuest, type Ngircd, startNgircd } from '@chela/channel-lab';
import type { ChannelConnection, ConnectionPort, InboundEvent, OutboundPart } from '@chela/channels';
import { silentLogger, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

/** The IRC adapter against a real ngircd. */

let server: Ngircd;

beforeEach(async () => {
  server = await startNgircd({ cloakHost: 'user.fake.test' });
});

afterEach(() => server.close());

interface Line {
  readonly connection: ChannelConnection;
  readonly events: InboundEvent[];
  /** The next event that was not awaited yet. */
  next(): Promise<InboundEvent>;
  hangUp(): void;
}

async function connect(settings: Record<string, unknown> = {}): Promise<Line> {
  const reading = await irc.readAccount({
    accountId: 'default',
    settings: { host: server.host, port: server.port, tls: false, nick: 'clawbot', channels: ['#claw'], ...settings },
    env: {},
    readSecretFile: async () => undefined,
  });
  if (reading.state !== 'ready') throw new Error(reading.reason);
  const events: InboundEvent[] = [];
  const waiting: ((event: InboundEvent) => void)[] = [];
  const unread: InboundEvent[] = [];
  const controller = new AbortController();
  const port: ConnectionPort = {
    channel: 'irc',
    accountId: 'default',
    signal: controller.signal,
    logger: silentLogger(),
    clock: systemClock,
    folder: tmpdir(),
    async receive(event) {
      events.push(event);
      const take = waiting.shift();
      if (take === undefined) unread.push(event);
      else take(event);
      return 'new';
    },
    alive: () => undefined,
    connected: () => undefined,
    nativeCommands: async () => [],
    ingress: async () => {},
  };
  const connection = await reading.connect(port);
  onTestFinished(() => controller.abort());
  return {
    connection,
    events,
    next() {
      const event = unread.shift();
      if (event !== undefined) return Promise.resolve(event);
      const { promise, resolve } = Promise.withResolvers<InboundEvent>();
      waiting.push(resolve);
      return promise;
    },
    hangUp: () => controller.abort(),
  };
}

async function guest(nick: string, channels: readonly string[] = []): Promise<IrcGuest> {
  const person = await joinAsGuest(server, nick, channels);
  onTestFinished(() => person.close());
  return person;
}

const text = (words: string): OutboundPart => ({ kind: 'text', text: { text: words, plain: words } });
const attempt = (signal = new AbortController().signal) => ({ key: 'k', signal });

describe('a connection', () => {
  test('hears private messages and its channels, and answers where it was asked', async () => {
    const alice = await guest('alice', ['#claw']);
    const line = await connect();
    await alice.hears(/clawbot.* JOIN :?#claw/);
    alice.say('clawbot', 'hello bot');
    expect(await line.next()).toMatchObject({
      sender: { id: 'alice!~alice@user.fake.test' },
      conversation: { type: 'direct', id: 'alice' },
      text: 'hello bot',
    });
    alice.say('#claw', 'clawbot: status?');
    expect(await line.next()).toMatchObject({ conversation: { type: 'group', id: '#claw' }, mention: { ofUs: true } });

    expect(await line.connection.send({ to: 'alice' }, text('Hi Alice.'), attempt())).toMatchObject({
      chatId: 'alice',
    });
    expect(await alice.hears('Hi Alice.')).toBe(':clawbot!~clawbot@user.fake.test PRIVMSG alice :Hi Alice.');
    await line.connection.send({ to: '#claw' }, text('All **green**.'), attempt());
    expect(await alice.hears('green')).toBe(':clawbot!~clawbot@user.fake.test PRIVMSG #claw :All **green**.');
  });

  test('says who is there', async () => {
    await guest('alice', ['#claw']);
    const { connection } = await connect();
    await expect
      .poll(() => connection.directory?.('members', { groupId: '#claw', limit: 10 }))
      .toMatchObject([{ id: 'alice' }]);
    expect(await connection.directory?.('groups', { limit: 10 })).toMatchObject([{ kind: 'group', id: '#claw' }]);
    expect(await connection.directory?.('self', { limit: 1 })).toMatchObject([{ id: 'clawbot' }]);
  });

  test('sends each line of a long answer within the length of a line', async () => {
    const alice = await guest('alice');
    const { connection } = await connect();
    await connection.send({ to: 'alice' }, text(`${'ü'.repeat(300)}\n\nend of it`), attempt());
    await alice.hears('end of it');
    const received = alice.lines.filter((line) => line.includes('PRIVMSG'));
    expect(received.length).toBe(3);
    for (const line of received) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(510);
  });

  test('tells the service its password and leaves with a word', async () => {
    const service = await guest('NickServ');
    const { connection } = await connect({ nickserv: { password: 'hunter2', register: true, registerEmail: 'a@b.c' } });
    await service.hears('PRIVMSG NickServ :IDENTIFY hunter2');
    await service.hears('PRIVMSG NickServ :REGISTER hunter2 a@b.c');
    service.raw('JOIN #claw');
    await service.hears(' 366 ');
    await connection.close();
    expect(await service.hears('QUIT')).toContain('shutdown');
    expect(await connection.ended).toEqual({ kind: 'closed' });
  });
});

describe('a nick in use', () => {
  test('is stood in for, and another one after that', async () => {
    await guest('clawbot');
    await guest('clawbot_');
    const { connection } = await connect();
    expect(connection.self).toMatchObject({ id: 'clawbot__' });
  });

  test('is asked back from the service first', async () => {
    await guest('clawbot');
    const service = await guest('NickServ');
    await connect({ nickserv: { password: 'hunter2' } }).catch(() => undefined);
    // This server lets nobody speak before the welcome, so the request is refused; the stand-in identifies itself.
    expect(await service.hears('IDENTIFY hunter2')).toContain('clawbot_');
  });
});

describe('what goes wrong', () => {
  test('a receiver who is not there is refused for good', async () => {
    const { connection } = await connect();
    await expect(connection.send({ to: 'nobody' }, text('hi'), attempt())).rejects.toMatchObject({
      class: 'refused',
      message: expect.stringContaining('target=nobody'),
    });
    await expect(connection.send({ to: 'clawbot' }, text('still here'), attempt())).resolves.toBeDefined();
  });

  test('a server that dies ends the connection as lost, and a message in its hands is ambiguous', async () => {
    await guest('alice');
    const { connection } = await connect();
    server.freeze();
    const sending = connection.send({ to: 'alice' }, text('are you there'), attempt());
    const settled = expect(sending).rejects.toMatchObject({ class: 'ambiguous' });
    await server.kill();
    await settled;
    expect(await connection.ended).toMatchObject({ kind: 'lost' });
    await expect(connection.send({ to: 'alice' }, text('x'), attempt())).rejects.toMatchObject({
      class: 'unreachable',
    });
  });

  test('a message that is called back while the line hangs is ambiguous', async () => {
    await guest('alice');
    const { connection } = await connect();
    server.freeze();
    const controller = new AbortController();
    const sending = connection.send({ to: 'alice' }, text('hello?'), attempt(controller.signal));
    setImmediate(() => controller.abort());
    await expect(sending).rejects.toMatchObject({ class: 'ambiguous' });
    server.thaw();
  });

  test('a forced close does not wait for the server', async () => {
    const line = await connect();
    server.freeze();
    line.hangUp();
    expect(await line.connection.ended).toEqual({ kind: 'closed' });
    server.thaw();
  });

  test('a wrong password, a closed port and a nick that is none are told apart', async () => {
    await server.close();
    server = await startNgircd({ password: 'secret' });
    await expect(connect({ password: 'wrong' })).rejects.toMatchObject({ class: 'unauthorized' });
    await expect(connect({ password: 'secret' })).resolves.toBeDefined();
    await expect(connect({ password: 'secret', nick: '1 bad' })).rejects.toMatchObject({ class: 'refused' });
    await server.kill();
    await expect(connect({ password: 'secret' })).rejects.toMatchObject({ class: 'unreachable' });
  });
});

test('over TLS only a server with a certificate that we trust is talked to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chela-irc-tls-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const tls = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', [...request, ...subject, '-keyout', tls.keyFile, '-out', tls.certFile]);
  const secure = await startNgircd({ tls });
  onTestFinished(() => secure.close());
  const settings = { tls: true, host: 'localhost', port: secure.tlsPort };
  await expect(connect(settings)).rejects.toMatchObject({ class: 'unreachable' });
  const trusted = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(trusted));
  setDefaultCACertificates([...trusted, await readFile(tls.certFile, 'utf8')]);
  const { connection } = await connect(settings);
  expect(connection.self.id).toBe('clawbot');
});

test('a probe asks the server beside the running connection', async () => {
  await connect();
  const reading = await irc.readAccount({
    accountId: 'default',
    settings: { host: server.host, port: server.port, tls: false, nick: 'clawbot' },
    env: {},
    readSecretFile: async () => undefined,
  });
  if (reading.state !== 'ready') throw new Error(reading.reason);
  expect(await reading.probe?.(5_000)).toMatchObject({ ok: true, nick: 'clawbot' });
  await server.kill();
  expect(await reading.probe?.(5_000)).toMatchObject({ ok: false, error: expect.stringContaining('ECONNREFUSED') });
});
