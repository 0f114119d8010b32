import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 10_000;
const RETRY_MS = 20;

export interface NgircdOptions {
  /** Shown in place of everybody's address. */
  readonly cloakHost?: string;
  readonly password?: string;
  /** PEM files; the server then listens with TLS at `tlsPort`. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

/** A real ngircd on this machine's loopback. */
export interface Ngircd {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly password?: string;
  /** Ends the server, as a crash does; `start` brings it back at the same ports, with another password when one is given. */
  kill(): Promise<void>;
  start(changed?: Pick<NgircdOptions, 'password'>): Promise<void>;
  /** Stops it from reading and writing without closing anything: a half-open connection. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Starts ngircd (Debian package `ngircd`) with a configuration of its own; rejects with what to install when it is missing. */
export async function startNgircd(options: NgircdOptions = {}): Promise<Ngircd> {
  const folder = await mkdtemp(join(tmpdir(), 'chela-ngircd-'));
  // The server drops root for another user, who must be able to read its own files.
  await chmod(folder, 0o755);
  const port = await freePort();
  const tlsPort = options.tls === undefined ? undefined : await freePort();
  const configFile = join(folder, 'ngircd.conf');
  let child: ChildProcess | undefined;

  const start: Ngircd['start'] = async (changed) => {
    await writeFile(configFile, configuration(port, tlsPort, { ...options, ...changed }));
    const started = spawn('ngircd', ['--nodaemon', '--config', configFile], { stdio: 'ignore' });
    child = started;
    const failed = once(started, 'error').then(([error]: readonly unknown[]) => {
      throw new Error('ngircd could not be started; install it (apt-get install ngircd)', { cause: error });
    });
    await Promise.race([accepts(port), failed]);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  try {
    await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    host: HOST,
    port,
    tlsPort,
    ...(options.password !== undefined && { password: options.password }),
    start,
    kill,
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(port: number, tlsPort: number | undefined, { cloakHost, password, tls }: NgircdOptions): string {
  return [
    '[Global]',
    'Name = irc.test.invalid',
    'Info = test server',
    `Listen = ${HOST}`,
    `Ports = ${port}`,
    'ServerUID = irc',
    'ServerGID = irc',
    ...(password === undefined ? [] : [`Password = ${password}`]),
    '[Limits]',
    'MaxConnectionsIP = 0',
    'MaxPenaltyTime = 0',
    'MaxJoins = 100',
    'MaxNickLength = 30',
    '[Options]',
    'DNS = no',
    'Ident = no',
    'PAM = no',
    ...(cloakHost === undefined ? [] : [`CloakHost = ${cloakHost}`]),
    ...(tls === undefined || tlsPort === undefined
      ? []
      : ['[SSL]', `CertFile = ${tls.certFile}`, `KeyFile = ${tls.keyFile}`, `Ports = ${tlsPort}`]),
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Resolves when somebody takes connections at a port. */
async function accepts(port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = connect(port, HOST);
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    if (Date.now() > deadline) throw new Error(`ngircd does not listen at port ${port}`);
    await new Promise((resume) => setTimeout(resume, RETRY_MS));
  }
}
