import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MemoryService } from './create-memory-service.ts';
import type { SessionTalks } from './talks.ts';
import { type EmbeddingServer, startEmbeddingServer } from './testing/embedding-server.ts';
import { createMemoryHome, type MemoryHome } from './testing/memory-home.ts';

let home: MemoryHome;
let vendor: EmbeddingServer;
const { signal } = new AbortController();

beforeEach(async () => {
  [home, vendor] = await Promise.all([createMemoryHome(), startEmbeddingServer()]);
  await home.write('MEMORY.md', '# Facts\nThe crab walks sideways.\n');
  await home.write('memory/2026-01-02.md', 'Met Anna.\nHer boat is blue.\n');
});
afterEach(async () => {
  await home.remove();
  await vendor.close();
});

const openai = () => ({ provider: 'openai', remote: { baseUrl: vendor.baseUrl, apiKey: 'k-1' } });
const ask = (service: MemoryService, question: string, more: object = {}) =>
  service.search('main', { question, signal, ...more });
const paths = async (service: MemoryService, question: string, more: object = {}) =>
  (await ask(service, question, more)).results.map(({ path }) => path);

function rows(sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(home.indexPath);
  const found = database.prepare(sql).all();
  database.close();
  return found;
}

describe('without a key for embeddings', () => {
  it('a question in plain words finds the note by its telling words, and says that it went by words', async () => {
    const answer = await ask(home.service(), 'What did you tell me about the crab?');
    expect(answer).toMatchObject({ provider: 'none', mode: 'fts-only', citations: 'auto' });
    expect(answer.results).toMatchObject([{ path: 'MEMORY.md', startLine: 1, endLine: 3, source: 'memory' }]);
    expect(answer.results[0]?.snippet).toContain('walks sideways');
  });

  it('finds Chinese text, which has no spaces between words', async () => {
    await home.write('memory/zh.md', '我们下周去柏林开会。');
    expect(await paths(home.service(), '什么时候去柏林？')).toEqual(['memory/zh.md']);
  });

  it('a question of signs only finds nothing', async () => {
    expect(await paths(home.service(), '"*" ()')).toEqual([]);
  });

  it('a note written, changed or deleted after the first question is seen by the next', async () => {
    const service = home.service();
    expect(await paths(service, 'pasta')).toEqual([]);
    await home.write('memory/food.md', 'Pasta on Fridays.');
    expect(await paths(service, 'pasta')).toEqual(['memory/food.md']);
    await home.write('memory/food.md', 'Rice on Fridays.');
    expect(await paths(service, 'pasta')).toEqual([]);
    await rm(join(home.workspace, 'memory/food.md'));
    expect(await paths(service, 'rice')).toEqual([]);
  });

  it('links and other kinds of files are left out, extra paths are taken in', async () => {
    await home.write('notes/a.md', 'A secret garden.');
    await home.write('notes/b.txt', 'A secret cellar.');
    await symlink(join(home.workspace, 'notes/a.md'), join(home.workspace, 'memory/link.md'));
    expect(await paths(home.service(), 'secret')).toEqual([]);
    expect(await paths(home.service({ extraPaths: ['notes'] }), 'secret')).toEqual(['notes/a.md']);
  });
});

describe('with a vendor of embeddings', () => {
  it('a note is found by its meaning, also when it shares no word with the question', async () => {
    const answer = await ask(home.service(openai()), 'crustacean');
    expect(answer).toMatchObject({ provider: 'openai', model: 'text-embedding-3-small' });
    expect(answer.results.map(({ path }) => path)).toEqual(['MEMORY.md']);
    expect(answer.results[0]?.score).toBeCloseTo(0.7, 2);
    expect(vendor.seen.every(({ path, key }) => path === '/v1/embeddings' && key === 'Bearer k-1')).toBe(true);
  });

  it('writes the index file as the original has it', async () => {
    await ask(home.service(openai()), 'crab');
    const [meta] = rows('SELECT * FROM meta');
    expect(meta?.key).toBe('memory_index_meta_v1');
    expect(JSON.parse(String(meta?.value))).toMatchObject({
      model: 'text-embedding-3-small',
      provider: 'openai',
      chunkTokens: 400,
      chunkOverlap: 80,
    });
    expect(rows('SELECT path, source, size FROM files ORDER BY path')).toEqual([
      { path: 'MEMORY.md', source: 'memory', size: 33 },
      { path: 'memory/2026-01-02.md', source: 'memory', size: 28 },
    ]);
    expect(rows("SELECT path, start_line, end_line, embedding FROM chunks WHERE path = 'MEMORY.md'")).toEqual([
      { path: 'MEMORY.md', start_line: 1, end_line: 3, embedding: '[1,0,0,0,0.01]' },
    ]);
    expect(rows('SELECT count(*) AS n FROM embedding_cache')).toEqual([{ n: 2 }]);
  });

  it('sends a text to the vendor once, also when the whole index is made anew', async () => {
    const service = home.service(openai());
    await service.sync('main', { force: false });
    await home.write('memory/new.md', 'A song.');
    await service.sync('main', { force: false });
    await service.sync('main', { force: true });
    expect(vendor.seen.map(({ body }) => body.input)).toEqual([
      ['# Facts\nThe crab walks sideways.\n'],
      ['Met Anna.\nHer boat is blue.\n'],
      ['A song.'],
    ]);
  });

  it('another model makes the index anew', async () => {
    await home.service(openai()).sync('main', { force: false });
    const service = home.service({ ...openai(), model: 'other' });
    expect((await ask(service, 'boat')).model).toBe('other');
    expect(rows('SELECT DISTINCT model FROM chunks')).toEqual([{ model: 'other' }]);
  });

  it('a vendor that is busy is asked again', async () => {
    vendor.failures.push(429, 503);
    expect(await paths(home.service(openai()), 'crustacean')).toEqual(['MEMORY.md']);
  });

  it('a vendor that refuses leaves search by words, and what has no vector is sent again later', async () => {
    vendor.failures.push(...Array.from({ length: 2 }, () => 401));
    const service = home.service(openai());
    const answer = await ask(service, 'crab');
    expect(answer).toMatchObject({ provider: 'none', mode: 'fts-only', fallback: { from: 'openai' } });
    expect(answer.results.map(({ path }) => path)).toEqual(['MEMORY.md']);
    expect(await paths(service, 'crustacean')).toEqual(['MEMORY.md']);
  });

  it.each([
    ['gemini', '/v1/models/gemini-embedding-001:batchEmbedContents', 'k-1'],
    ['voyage', '/v1/embeddings', 'Bearer k-1'],
  ])('speaks the wire of %s', async (provider, path, key) => {
    const answer = await ask(home.service({ ...openai(), provider }), 'sailing');
    expect(answer).toMatchObject({ provider, results: [{ path: 'memory/2026-01-02.md' }] });
    expect(vendor.seen[0]).toMatchObject({ path, key });
  });

  it('a local model is said to be missing, with the way to a local server', async () => {
    const { choice } = await home.service({ provider: 'local' }).status('main');
    expect(choice).toMatchObject({ embedder: undefined, reason: expect.stringContaining('/v1/embeddings') });
  });

  it('a file with the vector table of the original is marked for the original to fill it again', async () => {
    const service = home.service(openai());
    await service.sync('main', { force: false });
    const database = new DatabaseSync(home.indexPath);
    database.exec('CREATE TABLE chunks_vec (id TEXT)');
    database.close();
    await home.write('memory/new.md', 'A song.');
    await service.sync('main', { force: false });
    expect(rows('SELECT key FROM meta')).toEqual([{ key: 'chela_index_meta_v1' }]);
    vendor.seen.length = 0;
    await service.sync('main', { force: false });
    expect(vendor.seen).toEqual([]);
  });
});

describe('results', () => {
  it('keep within the number asked for and the least score', async () => {
    for (const day of [3, 4, 5]) await home.write(`memory/2026-01-0${day}.md`, `The crab again, day ${day}.`);
    const service = home.service();
    expect(await paths(service, 'crab', { maxResults: 2 })).toHaveLength(2);
    expect(await paths(home.service(openai()), 'crab', { minScore: 0.99 })).toHaveLength(4);
    expect(await paths(home.service(openai()), 'crustacean', { minScore: 0.99 })).toEqual([]);
  });

  it('old daily notes sink when age counts, MEMORY.md does not', async () => {
    await home.write('memory/2020-01-01.md', 'The crab of long ago.');
    const hybrid = { temporalDecay: { enabled: true } };
    expect(await paths(home.service({ query: { hybrid } }), 'crab')).toEqual(['MEMORY.md']);
  });

  it('repetitions move back when variety counts', async () => {
    await home.write('MEMORY.md', 'crab crab one two three');
    await home.write('memory/a.md', 'crab crab one two three');
    await home.write('memory/b.md', 'crab and a boat in the harbour');
    const hybrid = { mmr: { enabled: true, lambda: 0.5 } };
    const found = await paths(home.service({ ...openai(), query: { hybrid, minScore: 0.1 } }), 'crab');
    expect(found.indexOf('memory/b.md')).toBe(1);
  });
});

it('a change of files is indexed by itself once the files are followed', async () => {
  const service = home.service({ sync: { watchDebounceMs: 1 } }, { watch: true });
  await ask(service, 'crab');
  await home.write('memory/late.md', 'Music at night.');
  await vi.waitFor(() => expect(rows('SELECT path FROM files')).toContainEqual({ path: 'memory/late.md' }), 5_000);
});

describe('reading a memory file', () => {
  it('gives the lines asked for', async () => {
    await home.write('memory/x.md', 'one\ntwo\nthree\nfour');
    const read = (request: object) => home.service().read('main', { path: 'memory/x.md', ...request });
    expect(await read({})).toEqual({ path: 'memory/x.md', text: 'one\ntwo\nthree\nfour' });
    expect(await read({ from: 2, lines: 2 })).toEqual({ path: 'memory/x.md', text: 'two\nthree' });
    expect(await read({ from: 9 })).toEqual({ path: 'memory/x.md', text: '' });
  });

  it('a note that was not written yet is named as missing', async () => {
    await expect(home.service().read('main', { path: 'memory/2030-01-01.md' })).rejects.toThrow(
      `ENOENT: no such file or directory, lstat '${join(home.workspace, 'memory/2030-01-01.md')}'`,
    );
  });

  it.each([
    '../secret.md',
    'memory/../../secret.md',
    '/etc/hosts',
    'SOUL.md',
    'memory/link.md',
    'memory/out/secret.md',
  ])('refuses %s', async (path) => {
    await home.write('../secret.md', 'no');
    await home.write('SOUL.md', 'no');
    await symlink(join(home.dir, 'secret.md'), join(home.workspace, 'memory/link.md'));
    await symlink(home.dir, join(home.workspace, 'memory/out'));
    await expect(home.service().read('main', { path })).rejects.toThrow();
  });
});

describe('conversations among the sources', () => {
  const withTalks = { sources: ['memory', 'sessions'], experimental: { sessionMemory: true } };
  let said: Map<string, { text: string; updatedAtMs: number }>;
  let reads: string[];
  const talks: SessionTalks = {
    list: async () => [...said].map(([sessionId, { updatedAtMs }]) => ({ sessionId, updatedAtMs })),
    async read(sessionId) {
      reads.push(sessionId);
      return said.get(sessionId)?.text ?? '';
    },
  };
  beforeEach(() => {
    reads = [];
    said = new Map([['s-1', { text: 'User: My piano is from Leipzig.\nAssistant: Noted.', updatedAtMs: 1 }]]);
  });

  it('are found like notes, and forgotten with their session or the setting', async () => {
    const service = home.service(withTalks, { talks });
    const { results } = await ask(service, 'piano Leipzig');
    expect(results).toMatchObject([{ path: 'sessions/s-1.jsonl', source: 'sessions', startLine: 1 }]);
    expect(await paths(service, 'crab')).toEqual(['MEMORY.md']);
    expect((await service.status('main')).facts.sources).toMatchObject({
      memory: { files: 2 },
      sessions: { files: 1 },
    });
    said.clear();
    expect(await paths(service, 'piano')).toEqual([]);
    said.set('s-2', { text: 'User: A second piano.', updatedAtMs: 2 });
    expect(await paths(service, 'piano')).toEqual(['sessions/s-2.jsonl']);
    expect(await paths(home.service({}, { talks }), 'piano')).toEqual([]);
  });

  it.each([
    ['without the experiment', { sources: ['memory', 'sessions'] }],
    ['without being named', { experimental: { sessionMemory: true } }],
  ])('stay out %s', async (_how, settings) => {
    expect(await paths(home.service(settings, { talks }), 'piano')).toEqual([]);
    expect(reads).toEqual([]);
  });

  it('alone leave the notes out', async () => {
    const service = home.service({ ...withTalks, sources: ['sessions'] }, { talks });
    expect(await paths(service, 'crab')).toEqual([]);
    expect(await paths(service, 'piano')).toEqual(['sessions/s-1.jsonl']);
  });

  it('are read again only when somebody spoke, and indexed again only when enough was said', async () => {
    const service = home.service({ ...withTalks, sync: { sessions: { deltaMessages: 3 } } }, { talks });
    await ask(service, 'piano');
    await ask(service, 'piano');
    expect(reads).toEqual(['s-1']);
    const first = said.get('s-1')?.text ?? '';
    said.set('s-1', { text: `${first}\nUser: And a violin.`, updatedAtMs: 2 });
    expect(await paths(service, 'violin')).toEqual([]);
    said.set('s-1', { text: `${first}\nUser: And a violin.\nAssistant: Yes.\nUser: Good.`, updatedAtMs: 3 });
    expect(await paths(service, 'violin')).toEqual(['sessions/s-1.jsonl']);
    expect(reads).toHaveLength(3);
  });

  it('are looked at five seconds after somebody spoke, without a question', async () => {
    const waiting: (() => void)[] = [];
    const clock = {
      now: () => Date.now(),
      after(delayMs: number, task: () => void) {
        if (delayMs === 5_000) waiting.push(task);
        return () => {};
      },
    };
    const service = home.service(withTalks, { talks, clock, watch: true });
    service.spoke('main');
    expect(waiting).toEqual([]);
    await ask(service, 'piano');
    said.set('s-2', { text: 'User: A second piano.', updatedAtMs: 2 });
    service.spoke('main');
    service.spoke('Main');
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    await vi.waitFor(() => expect(rows('SELECT path FROM files')).toContainEqual({ path: 'sessions/s-2.jsonl' }));
    service.spoke('main');
    expect(waiting).toHaveLength(2);
  });

  it('without a vector are taken up again by the next pass', async () => {
    vendor.failures.push(400, 400, 400);
    const service = home.service({ ...openai(), ...withTalks, sources: ['sessions'] }, { talks });
    await service.sync('main', { force: false });
    await service.sync('main', { force: false });
    await service.sync('main', { force: false });
    await service.sync('main', { force: false });
    expect(rows('SELECT path, embedding FROM chunks').every(({ embedding }) => embedding !== '[]')).toBe(true);
  });
});
