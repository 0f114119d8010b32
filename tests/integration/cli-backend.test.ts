/** A program of this machine as the model: its session goes on over turns and over a kill, and `/new` ends it. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProviderMock } from '@chela/parity';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../harness/operator.ts';

const provider = createProviderMock();
let providerUrl: string;
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;

/** Answers with the number of the session it was told to go on with, one higher each time. */
const PROGRAM = `#!/bin/sh
printf '%s\\n' "$*" >> "$HOME/calls"
last=0
while [ $# -gt 0 ]; do
  case "$1" in --resume) last="$2"; shift;; esac
  shift
done
[ -e "$HOME/broken" ] && { echo 'Invalid API key' >&2; exit 1; }
next=$((last + 1))
echo "{\\"result\\":\\"Answer $next.\\",\\"session_id\\":\\"$next\\",\\"usage\\":{\\"input_tokens\\":7,\\"output_tokens\\":2}}"
`;

beforeAll(async () => {
  providerUrl = `http://127.0.0.1:${await provider.start()}`;
});
afterAll(() => provider.stop());

beforeEach(async () => {
  home = await createHome();
  const command = join(home.stateDir, 'claude');
  await writeFile(command, PROGRAM);
  await chmod(command, 0o755);
  const defaults = {
    workspace: home.workspace,
    skipBootstrap: true,
    cliBackends: { 'claude-cli': { command, env: { HOME: home.stateDir } } },
    model: { primary: 'claude-cli/opus-4.6', fallbacks: ['mock/m1'] },
  };
  await home.writeConfig(mockConfig(home, providerUrl, { agents: { defaults } }));
  await begin();
});
afterEach(async () => {
  await operator.close();
  await gateway.end();
  await home.remove();
});

async function begin(): Promise<void> {
  gateway = await startGateway(home);
  operator = await connectOperator(gateway.url, home.token);
}
const say = async (text: string): Promise<unknown> => (await operator.say('agent:main:main', text)).text;
const calls = async (): Promise<readonly string[]> =>
  (await readFile(join(home.stateDir, 'calls'), 'utf8')).split('\n').filter((line) => line.startsWith('-p'));

test('a talk goes on in the session of the program, over a kill too, and begins anew with /new', async () => {
  expect(await say('one')).toBe('Answer 1.');
  expect(await say('two')).toBe('Answer 2.');
  await operator.close();
  await gateway.end('SIGKILL');
  await begin();
  expect(await say('three')).toBe('Answer 3.');
  await say('/new');
  expect(await say('four')).toMatch(/^Answer [12]\.$/);
  const [first = '', second = ''] = await calls();
  expect(first).toContain('--session-id');
  expect(first).toContain('--model opus');
  expect(second).toContain('--resume 1');
  expect(second).not.toContain('--append-system-prompt');
});

test('a program that fails gives way to the fallback', async () => {
  await writeFile(join(home.stateDir, 'broken'), '');
  provider.script([{ text: 'The other one speaks.' }]);
  expect(await say('hello')).toBe('The other one speaks.');
});
