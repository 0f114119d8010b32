import { readdir, readFile, readlink } from 'node:fs/promises';
import { userInfo } from 'node:os';

/**
 * Who listens on a local TCP port. Linux only: the kernel's socket tables give the socket, the descriptors of the
 * processes give its owner. Other systems, and processes of other users, stay unknown.
 */
export interface PortListener {
  readonly pid: number;
  /** Name of the program, as the kernel knows it. */
  readonly command: string;
  /** Address and port, e.g. `127.0.0.1:18789`. */
  readonly address: string;
  readonly commandLine: string;
  readonly user: string;
}

const STATE_LISTEN = '0A';
const INODE_FIELD = 9;
const IPV4_HEX_CHARS = 8;
const IPV6_LOOPBACK = '00000000000000000000000001000000';

function readableHost(hex: string): string {
  if (hex.length === IPV4_HEX_CHARS) {
    // The kernel prints the address as a little-endian number.
    return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
  }
  return hex === IPV6_LOOPBACK ? '[::1]' : '[::]';
}

/** Inode → address of the listening sockets of a port, from the text of `/proc/net/tcp` or `tcp6`. */
export function listeningSockets(table: string, port: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [host = '', portHex = ''] = (fields[1] ?? '').split(':');
    const inode = fields[INODE_FIELD];
    if (fields[3] !== STATE_LISTEN || inode === undefined || Number.parseInt(portHex, 16) !== port) continue;
    found.set(inode, `${readableHost(host)}:${port}`);
  }
  return found;
}

/** The first socket of the set that a process holds; processes that ended or are hidden hold none. */
async function heldSocket(pid: string, sockets: ReadonlyMap<string, string>): Promise<string | undefined> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch((): string[] => []);
  for (const descriptor of descriptors) {
    const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const address = sockets.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '');
    if (address !== undefined) return address;
  }
  return undefined;
}

async function describe(pid: string, address: string): Promise<PortListener> {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [command, commandLine, status] = await Promise.all([read('comm'), read('cmdline'), read('status')]);
  const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
  return {
    pid: Number(pid),
    command: command.trim(),
    address,
    commandLine: commandLine.split('\0').filter(Boolean).join(' '),
    user: uid === process.getuid?.() ? userInfo().username : String(uid),
  };
}

/** The processes that listen on a port, by process id. */
export async function portListeners(port: number): Promise<readonly PortListener[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const sockets = new Map(tables.flatMap((table) => [...listeningSockets(table, port)]));
  if (sockets.size === 0) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const address = await heldSocket(pid, sockets);
      return address === undefined ? [] : [await describe(pid, address)];
    }),
  );
  return found.flat().sort((a, b) => a.pid - b.pid);
}
