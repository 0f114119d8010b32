#!/usr/bin/env node
/**
 * Measures memory search over an index of 10,000 chunks with vectors of 1,536 numbers, whose vendor is a server in this
 * process. Prints one line a way of searching; exit code 1 when 95 of 100 questions take longer than `--limit`. See README.md.
 */
import { createServer } from 'node:http';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { isRecord, list } from '../packages/memory/src/fields.ts';
import { createMemoryHome } from '../packages/memory/src/testing/memory-home.ts';
import { putLatency } from './lib/results-file.ts';
import { round, type Summary, summarize } from './lib/stats.ts';

const { values: options } = parseArgs({
  options: {
    chunks: { type: 'string', default: '10000' },
    limit: { type: 'string', default: '30' },
    results: { type: 'string' },
  },
});
const CHUNKS = Number(options.chunks);
const LIMIT_MS = Number(options.limit);
const CHUNKS_PER_FILE = 50;
const DIMS = 1_536;
const QUESTIONS = 200;
const US_PER_MS = 1_000;
const WORDS =
  'crab boat pasta music harbour letter window garden winter meeting Anna Berlin budget invoice travel'.split(' ');

/** The same numbers every time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
const random = createRandom(7);
const sentence = (words: number): string =>
  Array.from({ length: words }, () => `${WORDS[Math.floor(random() * WORDS.length)]}${Math.floor(random() * 40)}`).join(
    ' ',
  );

const vendor = createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += String(piece);
  const body: unknown = JSON.parse(text);
  const data = list(isRecord(body) ? body.input : undefined).map((_, index) => ({
    index,
    embedding: Array.from({ length: DIMS }, () => Number((random() - 0.5).toFixed(4))),
  }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ data }));
});
await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
const address = vendor.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

const home = await createMemoryHome();
for (let file = 0; file * CHUNKS_PER_FILE < CHUNKS; file += 1) {
  // About one chunk of 1,600 characters a line of 1,500.
  const lines = Array.from({ length: CHUNKS_PER_FILE }, () => sentence(210).slice(0, 1_500));
  await home.write(`memory/notes-${file}.md`, lines.join('\n'));
}

/** Milliseconds a question took. */
async function measure(name: string, settings: object): Promise<Summary | null> {
  const service = home.service({ ...settings, chunking: { tokens: 400, overlap: 0 } }, { watch: true });
  const signal = new AbortController().signal;
  const startedAt = performance.now();
  await service.sync('main', { force: false });
  const indexMs = performance.now() - startedAt;
  const firstAt = performance.now();
  await service.search('main', { question: sentence(3), signal });
  const firstMs = performance.now() - firstAt;
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (let i = 0; i < QUESTIONS; i += 1) {
    const question = sentence(3);
    const at = performance.now();
    await service.search('main', { question, minScore: 0, signal });
    times.push(performance.now() - at);
  }
  const facts = summarize(times);
  // What a busy machine does not change.
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = round((user + system) / US_PER_MS / QUESTIONS);
  const { chunks } = (await service.status('main')).facts;
  const isFine = facts !== null && facts.p95 < LIMIT_MS;
  process.stdout.write(
    `${name}: ${chunks} chunks, indexed in ${(indexMs / 1000).toFixed(1)} s, first question ${firstMs.toFixed(0)} ms, p50 ${facts?.p50} ms, p95 ${facts?.p95} ms (limit ${LIMIT_MS}) ${isFine ? 'ok' : 'TOO SLOW'}, CPU ${cpuMs} ms a question\n`,
  );
  if (!isFine) process.exitCode = 1;
  await service.close();
  return facts;
}

process.stdout.write(
  `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}, load ${round(os.loadavg()[0] ?? 0)}\n`,
);
const byWords = await measure('by words', {});
const hybrid = await measure('hybrid', {
  provider: 'openai',
  remote: { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'k' },
});
// The slower of the two is what a user may meet.
const slower = byWords && hybrid && byWords.p95 > hybrid.p95 ? byWords : hybrid;
if (options.results && slower)
  putLatency(options.results, 'agent', `memory search (${CHUNKS} chunks): latency`, slower);
await home.remove();
vendor.close();
