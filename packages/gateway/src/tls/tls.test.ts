import { X509Certificate } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { silentLogger, systemClock } from '@chela/observability';
import { beforeAll, expect, it } from 'vitest';
import { newDevice, startTestGateway, TEST_TOKEN } from '../testing/start-gateway.ts';
import { loadTls } from './load-tls.ts';
import { type CertificatePair, createSelfSigned } from './self-signed.ts';

const gateway = { auth: { mode: 'token', token: TEST_TOKEN }, tls: { enabled: true } } as const;
let other: CertificatePair;

beforeAll(async () => {
  other = await createSelfSigned({ now: Date.now(), hostName: 'elsewhere' });
});

const load = (stateDir: string, tls: object = {}) =>
  loadTls(
    { gateway: { tls: { enabled: true, ...tls } } },
    {
      paths: { homeDir: stateDir, stateDir, configPath: join(stateDir, 'openclaw.json') },
      clock: systemClock,
      logger: silentLogger(),
    },
  );

it('makes a certificate for this machine, keeps it, and shows it to nobody else on this machine', async () => {
  await using running = await startTestGateway({ gateway });
  const folder = join(running.stateDir, 'gateway', 'tls');
  const certificate = new X509Certificate(await readFile(join(folder, 'gateway-cert.pem')));
  expect(certificate.subject).toBe('CN=openclaw-gateway');
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkIP('::1')).toBe('::1');
  expect(new Date(certificate.validTo).getFullYear()).toBe(new Date().getFullYear() + 10);
  expect(running.server.tlsFingerprint).toBe(certificate.fingerprint256);
  for (const name of ['gateway-cert.pem', 'gateway-key.pem']) {
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  }
  expect((await load(running.stateDir))?.fingerprint).toBe(certificate.fingerprint256);
});

it.each([
  ['as the gateway shows it', (fingerprint: string) => fingerprint],
  ['bare', (fingerprint: string) => fingerprint.replaceAll(':', '').toLowerCase()],
  ['with a prefix', (fingerprint: string) => `sha256:${fingerprint}`],
])('a client that pins the fingerprint %s connects', async (_how, written) => {
  await using running = await startTestGateway({ gateway });
  const tlsFingerprint = written(running.server.tlsFingerprint ?? '');
  const hello = await running.client({ tlsFingerprint, device: newDevice() }).connect();
  expect(hello).toMatchObject({ type: 'hello-ok', canvasHostUrl: running.httpUrl });
});

it('a client that pins another certificate sends nothing and leaves', async () => {
  await using running = await startTestGateway({ gateway });
  const tlsFingerprint = new X509Certificate(other.cert).fingerprint256;
  await expect(running.client({ tlsFingerprint }).connect()).rejects.toThrow('another TLS certificate');
  expect(running.server.connections()).toEqual([]);
});

it('a client that pins nothing does not trust a self-signed certificate', async () => {
  await using running = await startTestGateway({ gateway });
  await expect(running.client().connect()).rejects.toThrow(/self.signed/);
});

it('speaks TLS 1.3 and nothing older, and no plain HTTP', async () => {
  await using running = await startTestGateway({ gateway });
  const { port } = running.server;
  const old = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  const refused = Promise.withResolvers<Error>();
  old.on('error', refused.resolve);
  expect(String(await refused.promise)).toContain('protocol version');
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});

it('uses the files it is given', async () => {
  await using running = await startTestGateway();
  const [certPath, keyPath] = ['c.pem', 'k.pem'].map((name) => join(running.stateDir, name));
  if (!certPath || !keyPath) throw new Error('no paths');
  await writeFile(certPath, other.cert);
  await writeFile(keyPath, other.key);
  expect(await load(running.stateDir, { certPath, keyPath })).toMatchObject({ cert: other.cert, key: other.key });
});

it('does not start with a certificate that is missing, broken, or of another key', async () => {
  await using running = await startTestGateway({ gateway });
  const { stateDir } = running;
  const folder = join(stateDir, 'gateway', 'tls');
  await expect(load(stateDir, { certPath: '/no/c.pem', keyPath: '/no/k.pem' })).rejects.toThrow('cert/key missing');
  await expect(load(stateDir, { caPath: '/no/ca.pem' })).rejects.toThrow('gateway.tls.caPath');
  await writeFile(join(folder, 'gateway-key.pem'), other.key);
  await expect(load(stateDir)).rejects.toThrow('cannot be used');
  await writeFile(join(folder, 'gateway-cert.pem'), 'no certificate');
  await expect(load(stateDir)).rejects.toThrow('cannot be used');
  await rm(folder, { recursive: true });
  await expect(load(stateDir, { autoGenerate: false })).rejects.toThrow('cert/key missing');
});

it('says that TLS cannot be had instead of listening without it', async () => {
  const tls = { enabled: true, autoGenerate: false };
  await expect(startTestGateway({ gateway: { ...gateway, tls } })).rejects.toThrow('cert/key missing');
});
