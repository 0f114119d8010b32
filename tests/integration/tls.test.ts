import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSelfSigned } from '../../packages/gateway/src/tls/self-signed.ts';
import { createHome, type GatewayHome, mockConfig, startGateway } from '../harness/gateway-process.ts';

const BIN = resolve(import.meta.dirname, '../../apps/chela/bin/chela.mjs');
const execute = promisify(execFile);

let home: GatewayHome;

beforeEach(async () => {
  home = await createHome();
  const gateway = {
    mode: 'local',
    bind: 'loopback',
    auth: { mode: 'token', token: home.token },
    tls: { enabled: true },
  };
  await home.writeConfig(mockConfig(home, 'http://127.0.0.1:9', { gateway }));
});
afterEach(() => home.remove());

it('the command line reaches its own gateway over TLS, and no impostor', async () => {
  const gateway = await startGateway(home);
  const certPath = join(home.stateDir, 'gateway', 'tls', 'gateway-cert.pem');
  const { fingerprint256 } = new X509Certificate(await readFile(certPath));
  expect(gateway.output()).toContain(`listening on wss://127.0.0.1:${gateway.port}`);
  expect(gateway.output()).toContain(fingerprint256);
  const env = {
    PATH: process.env.PATH,
    HOME: home.home,
    OPENCLAW_STATE_DIR: home.stateDir,
    OPENCLAW_GATEWAY_PORT: String(gateway.port),
    OPENCLAW_GATEWAY_TOKEN: home.token,
  };
  const chela = async (...args: string[]) => (await execute(process.execPath, [BIN, ...args], { env })).stdout;
  expect(JSON.parse(await chela('gateway', 'call', 'status', '--json'))).toHaveProperty('sessions');
  expect(await chela('gateway', 'status')).toContain(`wss://127.0.0.1:${gateway.port}`);
  expect(await chela('dashboard')).toContain(`https://127.0.0.1:${gateway.port}/`);
  await writeFile(certPath, (await createSelfSigned({ now: Date.now(), hostName: 'other' })).cert);
  await expect(chela('gateway', 'call', 'status', '--json')).rejects.toThrow('another TLS certificate');
  await gateway.end();
});
