import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyDifferences, readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig({ agents: { defaults: { workspace: join(state.home, 'ws') } } });
  cli = createTestContext({ env: state.env });
});
afterEach(() => state.remove());

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(state.home, 'ws', 'memory'), { recursive: true });
  await writeFile(join(state.home, 'ws', path), text);
}

describe('memory status', () => {
  it('has the members of the original in their order, and says why search goes by words', async () => {
    const sample = await readSample('memory-status-json', { '<HOME>': state.home });
    expect(await cli.run('memory', 'status', '--json')).toBe(sample.exitCode);
    const report: unknown = JSON.parse(cli.stdout.join('\n'));
    expect(keyDifferences(sample.stdout, report)).toEqual([]);
    expect(report).toMatchObject([
      { agentId: 'main', status: { provider: 'none', dirty: true, custom: { searchMode: 'fts-only' } } },
    ]);
    expect(JSON.stringify(report)).toContain('No API key found for provider \\"openai\\"');
  });

  it('prints the lines of the original', async () => {
    const sample = await readSample('memory-status-plain');
    const lines = Array.isArray(sample.stdout) ? sample.stdout.map(String) : [];
    await cli.run('memory', 'status', '--agent', 'main');
    expect(cli.stdout).toEqual(lines.slice(0, cli.stdout.length));
    expect(cli.stdout.length).toBe(lines.indexOf('') + 1);
  });
});

describe('memory search', () => {
  it('finds nothing in an empty memory', async () => {
    const sample = await readSample('memory-search-json');
    expect(await cli.run('memory', 'search', 'hello', '--json')).toBe(sample.exitCode);
    expect(JSON.parse(cli.stdout.join('\n'))).toEqual(sample.stdout);
  });

  it('shows the passage with file and lines, without a network', async () => {
    await write('MEMORY.md', 'The crab is called Ada.\n');
    expect(await cli.run('memory', 'search', 'what is the crab called')).toBe(0);
    expect(cli.stdout.join('\n')).toBe('1.000 MEMORY.md:1-2\nThe crab is called Ada.\n\n');
  });

  it('needs something to look for', async () => {
    expect(await cli.run('memory', 'search')).toBe(1);
    expect(cli.stderr.join('\n')).toContain("missing required argument 'query'");
  });
});

it('memory index says when it is done, and status then counts the file', async () => {
  await write('memory/2026-01-01.md', 'New year.');
  expect(await cli.run('memory', 'index', '--verbose')).toBe(0);
  expect(cli.stdout.at(-1)).toBe('Memory index updated (main).');
  cli.stdout.length = 0;
  await cli.run('memory', 'status');
  expect(cli.stdout).toContain('Indexed: 1/1 files · 1 chunks');
});
