import { createServer, type IncomingMessage, type Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isRecord, section, str } from '../../fields.ts';
import { createMemoryHome, type MemoryHome } from '../../testing/memory-home.ts';

let home: MemoryHome;
let server: Server;
let origin: string;
let calls: string[];
let uploads: string[];
let jobs: unknown[];
let looks: number;
/** How the next jobs end; `completed` when the list is empty. */
let ends: string[];
/** Texts sent one by one, not as a job. */
let direct: number;

const NOTES = 60;
const VECTOR = [1, 2, 3];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
/** The requests of an uploaded file. */
const lines = (): readonly Record<string, unknown>[] =>
  (uploads.at(-1) ?? '')
    .split('\n')
    .filter((line) => line.startsWith('{"custom_id"') || line.startsWith('{"key"'))
    .map((line) => JSON.parse(line.trim()));

function answer(path: string, body: string): unknown {
  if (path.includes('/files') && body !== '') {
    uploads.push(body);
    return path.startsWith('/upload') ? { file: { name: 'files/in' } } : { id: 'file-in' };
  }
  if (path === '/v1/batches') return { id: 'job-1', status: jobs.push(JSON.parse(body)) > 0 ? 'validating' : '' };
  if (path.endsWith(':asyncBatchEmbedContent'))
    return { name: 'batches/b1', metadata: { n: jobs.push(JSON.parse(body)) } };
  if (path === '/v1/batches/job-1' || path === '/v1beta/batches/b1') {
    looks += 1;
    const end = ends[0] ?? 'completed';
    if (looks % 2 === 1) return { status: 'in_progress', metadata: { state: 'BATCH_STATE_RUNNING' } };
    ends.shift();
    return path.startsWith('/v1beta')
      ? { done: true, metadata: { state: 'BATCH_STATE_SUCCEEDED' }, response: { responsesFile: 'files/out' } }
      : { status: end, output_file_id: 'file-out' };
  }
  const data = body === '' ? undefined : JSON.parse(body);
  direct += 1;
  return { data: (data?.input ?? []).map((_: unknown, index: number) => ({ index, embedding: VECTOR })) };
}

function answersFile(path: string): string | undefined {
  if (path === '/v1/files/file-out/content') {
    return lines()
      .map(({ custom_id }) => JSON.stringify({ custom_id, response: { body: { data: [{ embedding: VECTOR }] } } }))
      .join('\n');
  }
  if (!path.startsWith('/download/v1beta/files/out:download')) return undefined;
  return lines()
    .map(({ key }) => JSON.stringify({ key, response: { embedding: { values: VECTOR } } }))
    .join('\n');
}

beforeEach(async () => {
  [calls, uploads, jobs, looks, ends, direct] = [[], [], [], 0, [], 0];
  server = createServer(async (request, response) => {
    const path = request.url ?? '';
    calls.push(`${request.method} ${path}`);
    const body = await bodyOf(request);
    response.end(answersFile(path) ?? JSON.stringify(answer(path, body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  home = await createMemoryHome();
  for (let note = 0; note < NOTES; note += 1) await home.write(`memory/n-${note}.md`, `Note number ${note}.`);
});
afterEach(async () => {
  await home.remove();
  await new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
});

const settings = (provider: string, base = '/v1', batch: object = {}) => ({
  provider,
  remote: { baseUrl: origin + base, apiKey: 'k', batch: { enabled: true, pollIntervalMs: 1, ...batch } },
});
function withoutVector(): number {
  const database = new DatabaseSync(home.indexPath);
  const row = database.prepare("SELECT count(*) AS n FROM chunks WHERE embedding = '[]'").get();
  database.close();
  return Number(row?.n);
}

it.each([
  ['openai', '24h', undefined],
  ['voyage', '12h', { model: 'voyage-4-large', input_type: 'document' }],
])('%s gets many new notes as one job, to be done within %s', async (provider, window, params) => {
  const service = home.service(settings(provider));
  expect(await service.sync('main', { force: false })).toEqual({ total: NOTES, indexed: NOTES });
  expect(jobs).toEqual([
    {
      input_file_id: 'file-in',
      endpoint: '/v1/embeddings',
      completion_window: window,
      metadata: { source: 'chela-memory' },
      ...(params && { request_params: params }),
    },
  ]);
  expect(uploads[0]).toContain('name="purpose"\r\n\r\nbatch');
  expect(lines()).toHaveLength(NOTES);
  expect(direct).toBe(0);
  expect(withoutVector()).toBe(0);
  // A single change does not wait for a job.
  await home.write('memory/n-0.md', 'Something else.');
  await service.sync('main', { force: false });
  expect([jobs.length, direct]).toEqual([1, 1]);
});

it('Google gets them as a job of its own kind', async () => {
  await home.service(settings('gemini', '/v1beta')).sync('main', { force: false });
  expect(calls.filter((call) => !call.includes('batches/b1'))).toEqual([
    'POST /upload/v1beta/files?uploadType=multipart',
    'POST /v1beta/models/gemini-embedding-001:asyncBatchEmbedContent',
    'GET /download/v1beta/files/out:download?alt=media',
  ]);
  expect(jobs).toEqual([{ batch: { displayName: 'chela-memory', inputConfig: { file_name: 'files/in' } } }]);
  const [first] = lines();
  expect(str(section(isRecord(first) ? first : {}, 'request').task_type)).toBe('RETRIEVAL_DOCUMENT');
  expect(withoutVector()).toBe(0);
});

it('a job that fails costs no note its vector, and after two failures no job is tried', async () => {
  ends = ['failed', 'expired'];
  const service = home.service(settings('openai'));
  const first = await service.sync('main', { force: false });
  expect(first.problem).toBeUndefined();
  expect(first.jobProblem).toContain('ended as failed');
  expect(withoutVector()).toBe(0);
  for (const run of [1, 2]) {
    for (let note = 0; note < NOTES; note += 1) await home.write(`memory/n-${note}.md`, `Run ${run} of note ${note}.`);
    await service.sync('main', { force: false });
  }
  expect(jobs).toHaveLength(2);
  expect((await service.status('main')).batchFailures).toBe(2);
  expect(withoutVector()).toBe(0);
});

it('a job that takes too long is left', async () => {
  ends = Array.from({ length: 50 }, () => 'in_progress');
  const service = home.service(settings('openai', '/v1', { timeoutMinutes: 0 }));
  expect((await service.sync('main', { force: false })).jobProblem).toContain('took longer than 0 ms');
  expect(withoutVector()).toBe(0);
});

it('a job that is not to be waited for is collected by a later pass, and asked for once', async () => {
  // Nothing happens by itself here: every pass is asked for.
  const clock = { now: () => Date.now(), after: () => () => {} };
  const service = home.service(settings('openai', '/v1', { wait: false }), { clock });
  expect(await service.sync('main', { force: false })).toMatchObject({ indexed: NOTES, underWay: NOTES });
  expect([looks, withoutVector()]).toEqual([0, NOTES]);
  expect(await service.sync('main', { force: false })).toMatchObject({ underWay: NOTES });
  expect(await service.sync('main', { force: false })).not.toHaveProperty('underWay');
  expect([jobs.length, withoutVector()]).toEqual([1, 0]);
});

it('a job nobody waits for that fails is made good at once', async () => {
  ends = ['failed'];
  const clock = { now: () => Date.now(), after: () => () => {} };
  const service = home.service(settings('openai', '/v1', { wait: false }), { clock });
  await service.sync('main', { force: false });
  await service.sync('main', { force: false });
  expect((await service.sync('main', { force: false })).jobProblem).toContain('ended as failed');
  expect(withoutVector()).toBe(0);
  expect((await service.status('main')).batchFailures).toBe(1);
});

it('without the setting every note is sent at once', async () => {
  await home.service(settings('openai', '/v1', { enabled: false })).sync('main', { force: false });
  expect(jobs).toEqual([]);
  expect(withoutVector()).toBe(0);
});
