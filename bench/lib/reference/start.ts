import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type OutputOptions, type Plugin } from 'rolldown';
import { freePort } from '../free-port.ts';
import { round } from '../stats.ts';
import { type ReferenceContext, serverStart } from './probe.ts';
import { writeProductSized } from './product-sized.ts';

const MAX_RUNS = 12;
/** Optional native add-ons of ws. */
const EXTERNAL = ['bufferutil', 'utf-8-validate'];
const ERROR_CHARACTERS = 120;

const mib = (file: string): string => `${round(statSync(file).size / 2 ** 20)} MiB`;

async function bundle(input: string, output: OutputOptions, plugins: Plugin[] = []): Promise<void> {
  await build({ input, platform: 'node', external: EXTERNAL, plugins, output: { minify: true, ...output } });
}

/** Start-up variants of a hello gateway: from files, bundled, split, cached, snapshot; small and product-sized. */
export async function startRows(context: ReferenceContext): Promise<void> {
  const { tmp, programs } = context;
  const hello = join(programs, 'hello-gateway.mjs');
  const port = await freePort();
  const env = { HELLO_PORT: String(port), HELLO_DB: join(tmp, 'hello.db') };
  const report = reporter(context, env, port);
  const cached = (name: string) => ({ NODE_COMPILE_CACHE: join(tmp, name) });

  await report('hello, modules from node_modules', [hello]);
  const small = join(tmp, 'hello.mjs');
  await bundle(hello, { file: small, format: 'esm' });
  const smallHeap = ['--max-semi-space-size=1', '--max-old-space-size=128'];
  await report('hello, one bundle', [small], {}, `${round(statSync(small).size / 1024)} KiB`);
  await report('hello, one bundle, compile cache', [small], cached('cc1'));
  await report('hello, one bundle, compile cache, small heap flags', [...smallHeap, small], cached('cc1'));
  await report('hello, one bundle, --optimize-for-size', ['--optimize-for-size', small], cached('cc1'));
  await report('hello, one bundle, --no-opt --max-lazy', ['--no-opt', '--max-lazy', small], cached('cc1'));

  const product = writeProductSized(join(tmp, 'big'), hello);
  const source = `${round(product.sourceBytes / 2 ** 20)} MiB of source in ${product.modules} modules`;
  await report(`product-sized, ${product.modules} files, eager`, [product.eager], {}, source);
  await report(`product-sized, ${product.modules} files, eager, compile cache`, [product.eager], cached('cc2'));
  const big = join(tmp, 'big.mjs');
  await bundle(product.eager, { file: big, format: 'esm' });
  await report('product-sized, one bundle, eager', [big], {}, `${mib(big)} bundle`);
  await report('product-sized, one bundle, eager, compile cache', [big], cached('cc3'));
  await bundle(product.lazy, { dir: join(tmp, 'lazy'), format: 'esm', entryFileNames: '[name].mjs' });
  const lazy = join(tmp, 'lazy', 'lazy.mjs');
  await report('product-sized, split bundle, lazy chunks', [lazy]);
  await report('product-sized, split bundle, lazy chunks, compile cache', [lazy], cached('cc4'));
  await snapshot(context, product.eager, report);
}

type Report = (
  label: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
  remark?: string,
) => Promise<void>;

const reporter =
  ({ row, runs }: ReferenceContext, base: Readonly<Record<string, string>>, port: number): Report =>
  async (label, args, env = {}, remark = '') => {
    try {
      const facts = await serverStart(args, { ...base, ...env }, port, Math.min(runs, MAX_RUNS));
      row('start', `${label}: ready`, 'ms', facts.ready, remark);
      row('start', `${label}: CPU`, 'ms', facts.cpu);
      row('start', `${label}: RSS idle`, 'MiB', facts.idle);
    } catch (error) {
      row('start', `${label}: did not start`, '', null, messageOf(error));
    }
  };

/** A V8 snapshot takes one script without user-land imports: the eager modules beside a hand-made upgrade. */
async function snapshot({ tmp, row }: ReferenceContext, eager: string, report: Report): Promise<void> {
  const body = join(tmp, 'snap-body.js');
  const withoutHello: Plugin = {
    name: 'without-hello',
    load: (id) => (id.includes('hello-gateway') ? { code: '' } : null),
  };
  await bundle(eager, { file: body, format: 'cjs' }, [withoutHello]);
  const entry = join(tmp, 'snap.cjs');
  writeFileSync(entry, `${readFileSync(body, 'utf8')}\n${SNAPSHOT_MAIN}`);
  const blob = join(tmp, 'snap.blob');
  try {
    const args = ['--snapshot-blob', blob, '--build-snapshot', entry];
    execFileSync(process.execPath, args, { stdio: 'ignore', cwd: tmp });
  } catch (error) {
    row('start', 'V8 start-up snapshot not built', '', null, messageOf(error));
    return;
  }
  const label = 'product-sized, V8 start-up snapshot (http upgrade only, no ws, no sqlite)';
  await report(label, ['--snapshot-blob', blob, entry], {}, `${mib(blob)} blob`);
}

const SNAPSHOT_MAIN = `require('node:v8').startupSnapshot.setDeserializeMainFunction(() => {
  const server = require('node:http').createServer((request, response) => response.end('ok'));
  server.on('upgrade', (request, socket) => {
    const text = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
    const key = require('node:crypto').createHash('sha1').update(text).digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + key + '\\r\\n\\r\\n');
  });
  server.listen(Number(process.env.HELLO_PORT), '127.0.0.1');
});
`;

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, ERROR_CHARACTERS);
