import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFakeTelegram, type FakeTelegram } from '@chela/channel-lab';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** Answers to Telegram while the process that sends them is killed. */

const PROGRAM = fileURLToPath(new URL('./outbound-process.ts', import.meta.url));

let vendor: FakeTelegram;
let stateDir: string;
let running: ChildProcess | undefined;

beforeEach(async () => {
  vendor = createFakeTelegram();
  await vendor.start();
  stateDir = await mkdtemp(join(tmpdir(), 'chela-outbound-kill-'));
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await vendor.stop();
  await rm(stateDir, { recursive: true, force: true });
});

function start(...text: readonly string[]): ChildProcess {
  running = spawn(process.execPath, [PROGRAM, stateDir, vendor.url, vendor.token, ...text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return running;
}

async function finished(child: ChildProcess): Promise<unknown> {
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  await once(child, 'exit');
  return JSON.parse(out);
}

const shown = (): readonly string[] => vendor.messages.in('4242').map(({ content }) => content.text);

test.each([
  ['before', 'the message was shown: it goes out with the next start'],
  ['after', 'the message was shown: the next start finds it and says nothing twice'],
] as const)('killed %s %s', async (when, _outcome) => {
  vendor.faults.add({ method: /^sendMessage$/, effect: { kind: 'hang', when } });
  const first = start('said **once**');
  await vendor.log.waitFor(({ method }) => method === 'sendMessage');
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect(shown()).toEqual(when === 'after' ? ['said once'] : []);
  expect(await finished(start())).toMatchObject([{ state: 'delivered', receipt: { messageId: '1001' } }]);
  expect(shown()).toEqual(['said once']);
});

test('a vendor that asks for patience and a line that is cut lose and repeat nothing', async () => {
  vendor.faults.add(
    {
      method: /^sendMessage$/,
      effect: {
        kind: 'answer',
        status: 429,
        body: {
          ok: false,
          error_code: 429,
          description: 'Too Many Requests: retry after 1',
          parameters: { retry_after: 1 },
        },
      },
    },
    { method: /^sendMessage$/, effect: { kind: 'drop', when: 'after' } },
  );
  const text = Array.from({ length: 3 }, (_, at) => `${at} ${'word '.repeat(700)}`).join('\n\n');
  expect(await finished(start(text))).toMatchObject([
    { state: 'delivered' },
    { state: 'delivered' },
    { state: 'delivered' },
  ]);
  expect(shown().map((message) => message.slice(0, 6))).toEqual(['0 word', '1 word', '2 word']);
});
