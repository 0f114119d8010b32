import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A registry of npm packages on loopback. */
export interface PackageRegistry {
  readonly url: string;
  /** Packs a folder with a package.json; it is the newest version of its package from now on. */
  publish(dir: string): Promise<void>;
  /** Names of the archives that were fetched. */
  readonly fetched: readonly string[];
  close(): Promise<void>;
}

interface Published {
  readonly name: string;
  readonly version: string;
  readonly archive: Buffer;
}

export async function startPackageRegistry(): Promise<PackageRegistry> {
  const published: Published[] = [];
  const fetched: string[] = [];
  const fileOf = ({ name, version }: Published): string => `${name.replace(/^@[^/]*\//, '')}-${version}.tgz`;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').replace(/^\//, '');
    const wanted = published.find((entry) => path === `files/${fileOf(entry)}`);
    if (wanted !== undefined) {
      fetched.push(fileOf(wanted));
      return response.end(wanted.archive);
    }
    const versions = published.filter(({ name }) => name === path);
    const latest = versions.at(-1);
    if (latest === undefined) return response.writeHead(404).end('{"error":"Not found"}');
    const entryOf = (entry: Published) => ({
      name: entry.name,
      version: entry.version,
      dist: {
        tarball: `${url}/files/${fileOf(entry)}`,
        integrity: `sha512-${createHash('sha512').update(entry.archive).digest('base64')}`,
      },
    });
    return response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        name: path,
        'dist-tags': { latest: latest.version },
        versions: Object.fromEntries(versions.map((entry) => [entry.version, entryOf(entry)])),
      }),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url,
    fetched,
    async publish(dir) {
      const target = await mkdtemp(join(tmpdir(), 'chela-registry-'));
      try {
        await run('npm', ['pack', '--pack-destination', target], { cwd: dir });
        const [file = ''] = await readdir(target);
        const { name, version } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
        published.push({ name: String(name), version: String(version), archive: await readFile(join(target, file)) });
      } finally {
        await rm(target, { recursive: true, force: true });
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
