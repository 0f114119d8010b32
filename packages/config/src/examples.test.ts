import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { migrateLegacyConfig } from './legacy/migrate.ts';
import { judgeConfigText, readConfig } from './read/read-config.ts';

/** The contract's examples with what the original made of them (reference config/examples/README.md). */
const EXAMPLES = join(import.meta.dirname, '..', 'data', 'examples');
const home = mkdtempSync(join(tmpdir(), 'chela-config-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The environment during recording. */
const RECORDED_ENV = {
  HOME: home,
  GW_PASSWORD: 'pw-from-env',
  BRAVE_KEY: 'brave-from-env',
  CRON_HOOK_TOKEN: 'cron-from-env',
  HOOKS_TOKEN: 'hooks-token-from-env-0123456789',
  GW_TOKEN: 'gw-token-from-env',
};

function expectedOf(name: string): Record<string, unknown> & { file: string } {
  const file = join(EXAMPLES, name);
  const source = readFileSync(file, 'utf8');
  const config = JSON.parse(source).file;
  const folder = dirname(join(EXAMPLES, config));
  return JSON.parse(
    source.replaceAll('<HOME>', home).replaceAll('<CONFIG_DIR>', folder).replaceAll('<CONFIG_PARENT>', dirname(folder)),
  );
}

function pathsFor(file: string) {
  return { homeDir: home, stateDir: join(home, '.openclaw'), configPath: join(EXAMPLES, file) };
}

function read(file: string) {
  return readConfig(pathsFor(file), { ...RECORDED_ENV });
}

const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.expected.json'));

describe('every example of the contract is judged as the original judged it', () => {
  test.each(names)('%s', async (name) => {
    const expected = expectedOf(name);
    const { snapshot, live } = await read(expected.file);
    if (expected.file === 'invalid-19-custom-bind-host.json') {
      // Better on purpose: the original's schema forgot this key (reference config/config.md §8).
      expect(snapshot.valid).toBe(true);
      expect(live.gateway?.customBindHost).toBe('10.0.0.5');
      return;
    }
    expect({
      valid: snapshot.valid,
      issues: snapshot.issues,
      warnings: snapshot.warnings,
      legacyIssues: snapshot.legacyIssues,
    }).toEqual({
      valid: expected.valid,
      issues: expected.issues,
      warnings: expected.warnings,
      legacyIssues: expected.legacyIssues,
    });
    if (expected.snapshotConfig !== undefined) expect(snapshot.config).toEqual(expected.snapshotConfig);
    if (expected.loadedConfig !== undefined) expect(live).toEqual(expected.loadedConfig);
  });
});

describe('legacy keys move to their present places as the original moved them', () => {
  test.each(names.filter((name) => expectedOf(name).migration !== undefined))('%s', async (name) => {
    const expected = expectedOf(name);
    const { snapshot } = await read(expected.file);
    const { accepted, changes, config, remainingIssues } = await migrateLegacyConfig(
      snapshot.resolved,
      pathsFor(expected.file),
    );
    expect({ accepted, changes, migratedConfig: config, remainingIssues }).toEqual({
      remainingIssues: [],
      ...Object(expected.migration),
    });
  });
});

describe('faults that the original was seen to report are reported in its words and order', () => {
  const folder = join(EXAMPLES, '..', 'observed');
  test.each(readdirSync(folder))('%s', async (name) => {
    const { config, issues } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const { snapshot } = await judgeConfigText(pathsFor('openclaw.json'), {}, JSON.stringify(config));
    expect(snapshot.issues).toEqual(issues);
  });
});

describe('cases where old and new key meet are migrated as the original was seen to do it', () => {
  const folder = join(EXAMPLES, '..', 'migrations');
  test.each(readdirSync(folder))('%s', async (name) => {
    const { config, changes } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    expect((await migrateLegacyConfig(config, pathsFor('openclaw.json'))).changes).toEqual(changes);
  });
});
