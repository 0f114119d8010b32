import { validateConfig } from '@chela/config';
import { expect, test } from 'vitest';
import { loadConfigKeys } from './config-keys.ts';
import { sampleConfig } from './config-sample.ts';

/** A legacy key that the contract's list still names and its loader refuses. */
const REPLACED = ['messages.tts.enabled'];
const paths = { homeDir: '/nowhere', stateDir: '/nowhere/.openclaw', configPath: '/nowhere/.openclaw/openclaw.json' };

/** Thousands of configurations are loaded one by one. */
const LOADING_MS = 60_000;

test('every loader key is accepted with a value of its shape', { timeout: LOADING_MS }, async () => {
  const keys = await loadConfigKeys();
  const loader = keys.filter(({ origin, path }) => origin === 'loader' && !REPLACED.includes(path));
  expect(loader).toHaveLength(2642);
  const refused: string[] = [];
  for (const key of loader) {
    const { issues } = await validateConfig(sampleConfig(key, keys), paths);
    if (issues.length > 0) refused.push(`${key.path}: ${issues[0]?.message}`);
  }
  expect(refused).toEqual([]);
});

test('a key that strict objects do not have is refused', { timeout: LOADING_MS }, async () => {
  const keys = await loadConfigKeys();
  const strict = keys.filter(({ origin, shape }) => origin === 'loader' && shape.strict === true);
  expect(strict).toHaveLength(451);
  const taken: string[] = [];
  for (const parent of strict) {
    const stranger = { ...parent, path: `${parent.path}.noSuchKey`, shape: { type: 'boolean' } };
    const { issues } = await validateConfig(sampleConfig(stranger, keys), paths);
    if (issues.length === 0) taken.push(parent.path);
  }
  expect(taken).toEqual([]);
});
