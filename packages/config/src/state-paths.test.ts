import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveStatePaths } from './state-paths.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'chela-paths-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a fresh home gets .openclaw with openclaw.json', () => {
  expect(resolveStatePaths({ HOME: home })).toEqual({
    homeDir: home,
    stateDir: join(home, '.openclaw'),
    configPath: join(home, '.openclaw', 'openclaw.json'),
    defaultWorkspaceDir: join(home, '.openclaw', 'workspace'),
  });
});

test('the state of an older name is used where it is, with its file', () => {
  mkdirSync(join(home, '.moldbot'));
  writeFileSync(join(home, '.moldbot', 'moldbot.json'), '{}');
  const paths = resolveStatePaths({ HOME: home });
  expect(paths.stateDir).toBe(join(home, '.moldbot'));
  expect(paths.configPath).toBe(join(home, '.moldbot', 'moldbot.json'));
});

test('named folders and files win, a leading ~ is the home', () => {
  const paths = resolveStatePaths({ HOME: home, OPENCLAW_STATE_DIR: '~/elsewhere', OPENCLAW_CONFIG_PATH: '~/c.json' });
  expect(paths.stateDir).toBe(join(home, 'elsewhere'));
  expect(paths.configPath).toBe(join(home, 'c.json'));
});

test('legacy variable names are honoured, the present ones first', () => {
  expect(resolveStatePaths({ HOME: home, CLAWDBOT_STATE_DIR: '/a' }).stateDir).toBe('/a');
  expect(resolveStatePaths({ HOME: home, CLAWDBOT_STATE_DIR: '/a', OPENCLAW_STATE_DIR: '/b' }).stateDir).toBe('/b');
});

test('OPENCLAW_HOME replaces the home for every path; a profile has its own workspace', () => {
  const paths = resolveStatePaths({ HOME: '/nowhere', OPENCLAW_HOME: home, OPENCLAW_PROFILE: 'work' });
  expect(paths.stateDir).toBe(join(home, '.openclaw'));
  expect(paths.defaultWorkspaceDir).toBe(join(home, '.openclaw', 'workspace-work'));
});
