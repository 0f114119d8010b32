import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@chela/observability';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApprovalsDocument } from './approvals-document.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chela-approvals-'));
  path = join(folder, 'exec-approvals.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const document = () => createApprovalsDocument({ path, clock: systemClock });
const onDisk = async () => JSON.parse(await readFile(path, 'utf8'));

it('makes the file private on first sight and never shows the socket token', async () => {
  const { file, exists } = await document().read();
  expect(exists).toBe(true);
  expect(file).toEqual({ version: 1, socket: { path: join(folder, 'exec-approvals.sock') }, defaults: {}, agents: {} });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await onDisk()).socket.token).toMatch(/^[\w-]{32}$/);
});

it('takes a change only on top of what is on disk, gives entries ids and keeps the token', async () => {
  const approvals = document();
  const { hash } = await approvals.read();
  const { token } = (await onDisk()).socket;
  const change = { version: 1, agents: { main: { allowlist: [{ pattern: '/usr/bin/git' }] } } };
  await expect(approvals.replace(change, undefined)).rejects.toThrow('base hash required');
  await expect(approvals.replace(change, 'other')).rejects.toThrow('changed since last load');
  const after = await approvals.replace({ ...change, socket: { token: 'stolen' } }, hash);
  expect(after.hash).not.toBe(hash);
  expect(after.file.agents).toEqual({
    main: { allowlist: [{ pattern: '/usr/bin/git', id: expect.stringMatching(/^[0-9a-f-]{36}$/) }] },
  });
  expect((await onDisk()).socket.token).toBe(token);
});

it('adds programs that may always run once, beside what early releases wrote', async () => {
  await writeFile(path, JSON.stringify({ version: 1, agents: { default: { allowlist: ['/bin/ls'] } } }));
  const approvals = document();
  const grant = { agentId: 'main', command: 'touch x', paths: ['/usr/bin/touch', '/usr/bin/touch'] };
  await approvals.allow(grant);
  await approvals.allow(grant);
  const { allowlist } = (await onDisk()).agents.main;
  expect(allowlist.map(({ pattern }: { pattern: string }) => pattern)).toEqual(['/bin/ls', '/usr/bin/touch']);
  expect(allowlist[1]).toMatchObject({ lastUsedCommand: 'touch x', lastResolvedPath: '/usr/bin/touch' });
});

it('leaves a file it cannot read alone', async () => {
  await writeFile(path, '{ broken');
  await expect(document().read()).rejects.toThrow('not valid JSON');
  expect(await readFile(path, 'utf8')).toBe('{ broken');
});
