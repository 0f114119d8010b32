#!/usr/bin/env node
// Starts Chela under Node 24 or newer, whatever Node started this file, from the built bundle or from source.
// Plain JavaScript for old Node versions: nothing here may need more than Node 18.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUIRED_NODE_MAJOR = 24;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= REQUIRED_NODE_MAJOR) await start();
else await restartUnderPinnedNode();

async function start() {
  // Scripts written for the original ask `openclaw --version` for the release they know.
  process.env.CHELA_INVOKED_AS ??= basename(process.argv[1] ?? 'chela').replace(/\.m?js$/, '');
  const bundle = join(here, '..', 'dist', 'main.mjs');
  if (process.env.CHELA_SOURCE !== '1' && existsSync(bundle)) {
    const { enableCompileCache } = await import('node:module');
    enableCompileCache(join(here, '..', 'dist', '.compile-cache'));
    await import(bundle);
    return;
  }
  process.env.NODE_NO_WARNINGS ??= '1';
  await import('../src/main.ts');
}

async function restartUnderPinnedNode() {
  const { spawn } = await import('node:child_process');
  const node = pinnedNode();
  if (!node) {
    process.stderr.write(
      `Chela needs Node ${REQUIRED_NODE_MAJOR} or newer; this is ${process.version}.\n` +
        'Run `npm install` in the checkout (it brings the right Node along), or install Node 24 from your system.\n',
    );
    process.exit(1);
  }
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(`Could not start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** The Node that the `node` package of this checkout brought, if it is there. */
function pinnedNode() {
  try {
    const packageFile = createRequire(import.meta.url).resolve('node/package.json');
    const binary = join(dirname(packageFile), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
