import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createProviderMock } from '@chela/parity';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator } from '../harness/operator.ts';

/** No file may grow past this: what a full disk looks like to the database. In blocks of 1,024 bytes. */
const FILE_LIMIT_BLOCKS = 1024;
const BIG_TEXT_CHARS = 200_000;

const provider = createProviderMock();
let home: GatewayHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  const port = await provider.start();
  home = await createHome();
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`));
});

afterAll(async () => {
  await gateway.end();
  await provider.stop();
  await home.remove();
});

it('refuses messages it cannot store with a clear error, lives on, and takes them again when there is room', async () => {
  provider.script([{ text: 'Stored.', repeat: 'always' }]);
  gateway = await startGateway(home, { fileLimitBlocks: FILE_LIMIT_BLOCKS });
  const operator = await connectOperator(gateway.url, home.token);
  let refusal = '';
  for (let count = 0; count < 40 && !refusal; count += 1) {
    const end = await operator.say('main', `${count} ${'x'.repeat(BIG_TEXT_CHARS)}`).catch((error: Error) => error);
    if (end instanceof Error) refusal = end.message;
    else if (end.state === 'error') refusal = end.errorMessage ?? 'no reason given';
  }
  expect(refusal).toMatch(/full|space|disk|stor/i);
  expect(await operator.request('health')).toMatchObject({ ok: true });
  await operator.close();
  await gateway.end('SIGKILL');

  const database = new DatabaseSync(join(home.stateDir, 'chela', 'chela.sqlite'));
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  database.close();

  gateway = await startGateway(home);
  const again = await connectOperator(gateway.url, home.token);
  // The turn that was cut off is done first. What comes meanwhile is answered after it, together with what follows within
  // a second, and its own run ends without words.
  await vi.waitFor(
    async () => expect(await again.say('main', 'room again?')).toMatchObject({ state: 'final', text: 'Stored.' }),
    { timeout: 20_000, interval: 2_500 },
  );
  await again.close();
});
