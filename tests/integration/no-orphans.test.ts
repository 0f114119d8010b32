import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createProviderMock } from '@chela/parity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../harness/operator.ts';

const TURNS = 1_000;
const SESSIONS = 20;
/** Found again in the list of processes, whoever their parent is by then. */
const MARK = `chela-orphan-${process.pid}`;

/** What the turns do: short commands, children left behind, background commands that are killed or forgotten. */
const COMMANDS: readonly Readonly<Record<string, unknown>>[] = [
  { command: `true ${MARK}` },
  { command: `sh -c 'sleep 600 # ${MARK}' & echo left-behind` },
  { command: `sleep 600 # ${MARK}`, background: true },
  { command: `setsid sh -c 'sleep 600 # ${MARK}' & true` },
  { command: `sleep 600 # ${MARK}`, timeout: 0.2 },
];

const provider = createProviderMock();
let home: GatewayHome;
let gateway: GatewayProcess;
let operators: Operator[];

beforeAll(async () => {
  const port = await provider.start();
  home = await createHome();
  await home.writeConfig(
    mockConfig(home, `http://127.0.0.1:${port}`, {
      tools: { exec: { host: 'sandbox', timeoutSec: 2 } },
      security: { defender: { mode: 'audit' } },
    }),
  );
  gateway = await startGateway(home);
  operators = [await connectOperator(gateway.url, home.token)];
});

afterAll(async () => {
  await Promise.all(operators.map((operator) => operator.close()));
  await gateway.end();
  await provider.stop();
  await home.remove();
});

async function marked(): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').filter((line) => line.includes(MARK) && !line.includes('ps -eo')).length;
}

it(`leaves no process behind after ${TURNS} turns that start them`, async () => {
  const [operator] = operators;
  if (operator === undefined) throw new Error('nobody is connected');
  let seen = 0;
  const session = async (name: number): Promise<void> => {
    for (let turn = 0; turn < TURNS / SESSIONS; turn += 1) {
      const end = await operator.say(`orphans-${name}`, `turn ${turn}`);
      expect(end.state).toBe('final');
      if (name === 0 && turn % 10 === 9) seen = Math.max(seen, await marked());
    }
  };
  const calls = COMMANDS.flatMap((args) => [
    { toolCalls: [{ name: 'exec', args: { ...args, yieldMs: 10 } }], times: 1 },
    { text: 'Done.' },
  ]);
  provider.script(Array.from({ length: TURNS / COMMANDS.length }, () => calls).flat());
  await Promise.all(Array.from({ length: SESSIONS }, (_, name) => session(name)));
  expect(seen).toBeGreaterThan(0);
  await gateway.end();
  await expect.poll(marked, { timeout: 10_000 }).toBe(0);
  expect(await readdir(home.stateDir)).toContain('chela');
}, 120_000);
