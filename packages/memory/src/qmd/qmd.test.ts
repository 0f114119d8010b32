import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MemoryService } from '../create-memory-service.ts';
import type { SessionTalks } from '../talks.ts';
import { createMemoryHome, type MemoryHome } from '../testing/memory-home.ts';

let home: MemoryHome;
let program: string;
const { signal } = new AbortController();

/** Stands in for the program: notes how it is called and answers a search with what `answer` holds. */
const SCRIPT = `#!/bin/sh
printf '%s|%s|%s\\n' "$*" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" >> "$(dirname "$0")/calls"
case "$1" in
  search|vsearch) [ -f "$(dirname "$0")/old" ] && { echo "error: unknown option '--json'" >&2; exit 1; }; cat "$(dirname "$0")/answer" ;;
  query) cat "$(dirname "$0")/answer" ;;
esac
[ -f "$(dirname "$0")/broken" ] && { echo "no such table" >&2; exit 2; }
exit 0
`;
const result = (file: string, more: object = {}) => ({
  file,
  score: 0.9,
  snippet: '@@ -3,2 @@ (2 before)\nThe crab walks.',
  ...more,
});

beforeEach(async () => {
  home = await createMemoryHome();
  await mkdir(join(home.dir, 'bin'));
  program = join(home.dir, 'bin', 'qmd');
  await writeFile(program, SCRIPT);
  await chmod(program, 0o755);
  await answers([result('qmd://memory-root/MEMORY.md')]);
  await home.write('MEMORY.md', 'The crab walks sideways.\n');
});
afterEach(() => home.remove());

const answers = (value: unknown): Promise<void> =>
  writeFile(join(home.dir, 'bin', 'answer'), typeof value === 'string' ? value : JSON.stringify(value));
const mark = (name: string): Promise<void> => writeFile(join(home.dir, 'bin', name), '');
const calls = async (): Promise<readonly string[]> =>
  (await readFile(join(home.dir, 'bin', 'calls'), 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);
const verbs = async (): Promise<readonly string[]> => (await calls()).map((line) => line.split('|')[0] ?? '');
const service = (qmd: object = {}, more: Parameters<MemoryHome['service']>[1] = {}): MemoryService =>
  home.service({}, { ...more, config: { memory: { backend: 'qmd', qmd: { command: program, ...qmd } } } });
const ask = (memory: MemoryService, more: object = {}) => memory.search('main', { question: 'crab', signal, ...more });

describe('memory in the hands of qmd', () => {
  it('is asked in a home of its own, with the agent’s notes as collections told once', async () => {
    const memory = service();
    const answer = await ask(memory);
    expect(answer).toMatchObject({ provider: 'qmd', model: 'qmd', citations: 'auto' });
    expect(answer.results).toEqual([
      { path: 'MEMORY.md', startLine: 3, endLine: 4, score: 0.9, snippet: 'The crab walks.', source: 'memory' },
    ]);
    await ask(memory);
    await ask(service());
    const added = (name: string, path: string, mask: string) => `collection add ${path} --name ${name} --mask ${mask}`;
    expect(await verbs()).toEqual([
      added('memory-root', home.workspace, 'MEMORY.md'),
      added('memory-alt', home.workspace, 'memory.md'),
      added('memory-dir', join(home.workspace, 'memory'), '**/*.md'),
      ...Array.from({ length: 3 }, () => 'search crab --json -n 6'),
    ]);
    const own = join(home.dir, '.openclaw', 'agents', 'main', 'qmd');
    expect((await calls())[0]).toContain(`|${own}/xdg-config|${own}/xdg-cache`);
    expect((await memory.status('main')).backend).toBe('qmd');
  });

  it('finds and reads files outside the workspace under their collection, and no others', async () => {
    const docs = join(home.dir, 'docs');
    await mkdir(docs);
    await writeFile(join(docs, 'a.md'), 'one\ntwo\nthree');
    await writeFile(join(home.dir, 'secret.md'), 'no');
    await answers([result('qmd://docs/a.md'), result('qmd://unknown/x.md')]);
    const memory = service({ paths: [{ path: docs, name: 'docs' }] });
    expect((await ask(memory)).results.map(({ path }) => path)).toEqual(['qmd/docs/a.md']);
    expect(await memory.read('main', { path: 'qmd/docs/a.md', from: 2, lines: 1 })).toEqual({
      path: 'qmd/docs/a.md',
      text: 'two',
    });
    await expect(memory.read('main', { path: 'qmd/docs/../secret.md' })).rejects.toThrow('path required');
    expect((await memory.read('main', { path: 'MEMORY.md' })).text).toContain('sideways');
  });

  it('stays within the limits of what is put into a conversation', async () => {
    const snippet = 'x'.repeat(500);
    await answers(Array.from({ length: 9 }, () => result('qmd://memory-root/MEMORY.md', { snippet })));
    const limits = { maxResults: 4, maxSnippetChars: 300, maxInjectedChars: 700 };
    const { results } = await ask(service({ limits }), { maxResults: 20 });
    expect(results.map((one) => one.snippet.length)).toEqual([300, 300, 100]);
    expect((await verbs()).at(-1)).toBe('search crab --json -n 4');
  });

  it.each([
    ['agent:main:main', 1],
    ['agent:main:telegram:direct:7', 1],
    ['agent:main:telegram:group:7', 0],
    ['agent:main:slack:channel:c', 0],
  ])('of %s gives %i results without a scope', async (sessionKey, count) => {
    expect((await ask(service(), { sessionKey })).results).toHaveLength(count);
  });

  it('is opened to groups by the scope', async () => {
    const scope = { default: 'allow' };
    expect((await ask(service({ scope }), { sessionKey: 'agent:main:telegram:group:7' })).results).toHaveLength(1);
  });

  it('asks with `query` where a build does not know the mode', async () => {
    await mark('old');
    expect((await ask(service())).results).toHaveLength(1);
    expect((await verbs()).slice(-2)).toEqual(['search crab --json -n 6', 'query crab --json -n 6']);
  });

  it('without results finds nothing', async () => {
    await answers('No results found.\n');
    expect((await ask(service())).results).toEqual([]);
  });
});

describe('the built-in index answers', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    ['the program is missing', async () => undefined, { command: '/nowhere/qmd' }],
    ['it fails', () => mark('broken'), {}],
    ['it prints something else', () => answers('Segmentation fault'), {}],
  ])('when %s, says so, and leaves it alone for a while', async (_when, before, qmd) => {
    await before();
    const memory = service(qmd);
    const answer = await ask(memory);
    expect(answer).toMatchObject({ mode: 'fts-only', fallback: { from: 'qmd' } });
    expect(answer.results.map(({ path }) => path)).toEqual(['MEMORY.md']);
    const made = (await verbs()).length;
    await ask(memory);
    expect(await verbs()).toHaveLength(made);
  });
});

describe('the index of qmd', () => {
  it('is brought up to date when the gateway starts, and again by the clock', async () => {
    const timers: (() => void)[] = [];
    let nowMs = 1_000_000;
    const clock = {
      now: () => nowMs,
      after: (delayMs: number, task: () => void) => {
        if (delayMs === 300_000) timers.push(task);
        return () => undefined;
      },
    };
    service({}, { watch: true, clock });
    await vi.waitFor(async () => expect((await verbs()).slice(3)).toEqual(['update', 'embed']));
    // A pass that is still under way serves for the next one too, so the clock may have to strike again.
    await vi.waitFor(async () => {
      nowMs += 300_000;
      timers.shift()?.();
      expect((await verbs()).slice(3).filter((verb) => verb === 'update')).toHaveLength(2);
    });
    expect(timers).toHaveLength(1);
  });

  it('has the conversations where that is wanted, without those that are gone', async () => {
    const said = new Map([
      ['s-1', 'User: hello'],
      ['s-2', 'User: old'],
      ['../evil', 'User: out'],
    ]);
    let reads = 0;
    const talks: SessionTalks = {
      list: async () =>
        [...said.keys()].map((sessionId) => ({
          sessionId,
          updatedAtMs: sessionId === 's-2' ? 1_000 : Date.now() - 1_000,
        })),
      async read(sessionId) {
        reads += 1;
        return said.get(sessionId) ?? '';
      },
    };
    const list = talks.list;
    const listed = await list('main');
    const memory = service(
      { sessions: { enabled: true, retentionDays: 7 } },
      { talks: { ...talks, list: async () => listed } },
    );
    await memory.sync('main', { force: false });
    const dir = join(home.dir, '.openclaw', 'agents', 'main', 'qmd', 'sessions');
    expect(await readdir(dir)).toEqual(['s-1.md']);
    expect(await readFile(join(dir, 's-1.md'), 'utf8')).toContain('User: hello');
    await memory.sync('main', { force: false });
    expect(reads).toBe(1);
    expect(await verbs()).toContain(`collection add ${dir} --name sessions --mask **/*.md`);
  });
});
