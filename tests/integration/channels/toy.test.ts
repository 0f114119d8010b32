import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../../harness/gateway-process.ts';
import { connectOperator } from '../../harness/operator.ts';
import { channelConformance } from './conformance.ts';
import { type FollowedGuide, followGuide } from './follow-guide.ts';
import { toyPlatform } from './platforms/toy.ts';

/** docs/guides/new-channel.md, followed to the letter. The adapter lies outside of the checkout: nothing there knows of it. */

const CHECKOUT = resolve(import.meta.dirname, '../../..');

let guide: FollowedGuide;
beforeAll(async () => {
  guide = await followGuide();
});
afterAll(() => guide.remove());

test('the code of the guide has the right types', async () => {
  expect(guide.filled).toEqual(['src/api.ts', 'src/facts.ts']);
  const settings = join(guide.adapter, 'tsconfig.json');
  const options = { noEmit: true, typeRoots: [join(CHECKOUT, 'node_modules', '@types')] };
  const include = ['src/**/*.ts'];
  const exclude = ['src/**/*.test.ts'];
  const extended = join(CHECKOUT, 'tsconfig.json');
  await writeFile(settings, JSON.stringify({ extends: extended, compilerOptions: options, include, exclude }));
  const tsc = join(CHECKOUT, 'node_modules', '.bin', 'tsc');
  const told = await promisify(execFile)(tsc, ['-p', settings]).catch((error: unknown) => Object(error));
  expect(told).toMatchObject({ stdout: '' });
});

describe('the configuration of a channel that nobody knew', () => {
  let home: GatewayHome;
  let gateway: GatewayProcess;
  beforeEach(async () => {
    home = await createHome();
  });
  afterEach(async () => {
    await gateway.end();
    await home.remove();
  });

  const startWith = async (section: Readonly<Record<string, unknown>>, env = guide.env): Promise<void> => {
    await home.writeConfig(mockConfig(home, 'http://127.0.0.1:9', { channels: { toy: section } }));
    // A file that cannot be used leaves the gateway on its defaults: they have no token, so it gets one.
    gateway = await startGateway(home, { env: { ...env, OPENCLAW_GATEWAY_TOKEN: home.token } });
  };

  test.each([
    [{ token: 'x', tokn: 'y' }, 'channels.toy: Unrecognized key: "tokn" — remove it or correct its spelling.'],
    [{ token: 5 }, 'channels.toy.token: Invalid input: expected string, received number — correct it, or remove it'],
    [{ token: 'x', dmPolicy: 'open' }, 'channels.toy.allowFrom: channels.toy.dmPolicy="open" requires'],
    [{ accounts: { two: { chat: 1 } } }, 'channels.toy.accounts.two: Unrecognized key: "chat" — remove it'],
  ])('%j is refused, with the place and what to do', async (section, words) => {
    await startWith(section);
    expect(gateway.output()).toContain(words);
  });

  test('is refused as a whole where its adapter is not', async () => {
    await startWith({ token: 'x' }, {});
    expect(gateway.output()).toContain('channels.toy: unknown channel id: toy');
  });

  test('is described to the page, and its secret is not shown', async () => {
    await startWith({ token: 'secret-of-the-toy' });
    const operator = await connectOperator(gateway.url, home.token);
    try {
      const { schema, uiHints } = Object(await operator.request('config.schema', {}));
      expect(schema.properties.channels.properties.toy).toMatchObject({
        properties: { token: { type: 'string' } },
        additionalProperties: false,
      });
      expect(uiHints).toMatchObject({
        'channels.toy': { label: 'Toy' },
        'channels.toy.token': { label: 'Token', sensitive: true },
      });
      expect(JSON.stringify(await operator.request('config.get', {}))).not.toContain('secret-of-the-toy');
      const { channels } = Object(await operator.request('channels.catalog', {}));
      expect(channels).toContainEqual(expect.objectContaining({ id: 'toy', label: 'Toy' }));
    } finally {
      await operator.close();
    }
  });
});

channelConformance('toy', () => toyPlatform(async () => guide.env));
