import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHome, type GatewayHome, mockConfig, startGateway } from '../../harness/gateway-process.ts';
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
  beforeAll(async () => {
    home = await createHome();
  });
  afterAll(() => home.remove());

  const configured = (section: Readonly<Record<string, unknown>>) =>
    home.writeConfig(mockConfig(home, 'http://127.0.0.1:9', { channels: { toy: section } }));

  test.each([
    [{ token: 'x', tokn: 'y' }, 'channels.toy', 'Unrecognized key: "tokn" — remove it or correct its spelling.'],
    [{ token: 5 }, 'channels.toy.token', 'expected string'],
    [{ token: 'x', dmPolicy: 'open' }, 'channels.toy.allowFrom', 'requires channels.toy.allowFrom to include "*"'],
  ])('%j is refused, with the place and what to do', async (section, path, words) => {
    await configured(section);
    const start = startGateway(home, { env: guide.env });
    await expect(start).rejects.toThrow(path);
    await expect(start).rejects.toThrow(words);
  });

  test('without its adapter the section is unknown', async () => {
    await configured({ token: 'x' });
    await expect(startGateway(home)).rejects.toThrow('unknown channel id: toy');
  });

  test('is described to the page, and its secret is not shown', async () => {
    await configured({ token: 'secret-of-the-toy' });
    const gateway = await startGateway(home, { env: guide.env });
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
      await gateway.end();
    }
  });
});

channelConformance('toy', () => toyPlatform(async () => guide.env));
