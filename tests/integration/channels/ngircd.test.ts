import { connect } from 'node:net';
import { joinAsGuest, type Ngircd, startNgircd } from '@chela/channel-lab';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';

/** The launcher of the real ngircd, and the person who talks to it. */

let server: Ngircd | undefined;

async function start(options: Parameters<typeof startNgircd>[0] = {}): Promise<Ngircd> {
  server = await startNgircd(options);
  return server;
}

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function guest(at: Ngircd, nick: string, rooms: readonly string[] = []) {
  const person = await joinAsGuest(at, nick, rooms);
  onTestFinished(() => person.close());
  return person;
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => tell(true)).once('error', () => tell(false));
  });

test('two people in a channel hear each other under the address that is shown for all', async () => {
  const at = await start({ cloakHost: 'user.fake.test' });
  const ann = await guest(at, 'ann', ['#room']);
  const bob = await guest(at, 'bob', ['#room']);
  ann.say('#room', 'hello room');
  expect(await bob.hears('hello room')).toBe(':ann!~ann@user.fake.test PRIVMSG #room :hello room');
  bob.say('ann', 'and you');
  expect(await ann.hears(/PRIVMSG ann :/)).toContain('and you');
});

test('what was awaited once is not found again', async () => {
  const at = await start();
  const ann = await guest(at, 'ann');
  ann.say('ann', 'one');
  ann.say('ann', 'two');
  expect(await ann.hears('PRIVMSG ann :')).toContain('one');
  expect(await ann.hears('PRIVMSG ann :')).toContain('two');
});

test('a server with a password lets in who says it, and takes another one after a restart', async () => {
  const at = await start({ password: 'open-water' });
  await guest(at, 'ann');
  await at.kill();
  expect(await isOpen(at.port)).toBe(false);
  await at.start({ password: 'other' });
  const late = guest({ ...at, password: 'open-water' }, 'bob').then(() => 'let in');
  expect(await Promise.race([late, new Promise((resolve) => setTimeout(resolve, 500, 'kept out'))])).toBe('kept out');
  expect((await guest({ ...at, password: 'other' }, 'cleo')).nick).toBe('cleo');
});

test('a frozen server keeps its lines open and says nothing until it thaws', async () => {
  const at = await start();
  const ann = await guest(at, 'ann');
  at.freeze();
  ann.raw('PING :are-you-there');
  const before = ann.lines.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(ann.lines.length).toBe(before);
  at.thaw();
  expect(await ann.hears('are-you-there')).toContain('PONG');
});

test('the end closes the port, and may come twice', async () => {
  const at = await start();
  await at.close();
  expect(await isOpen(at.port)).toBe(false);
  await at.close();
});

test('a machine without ngircd is told what to install', async () => {
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(startNgircd()).rejects.toThrow('apt-get install ngircd');
});
