import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
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

const canary = (name: string): string => `canary-${name}-${randomBytes(12).toString('hex')}`;

/** Secrets the gateway holds; each may only stand where it was put. */
const OWN = {
  provider: canary('provider'),
  profile: canary('profile'),
  hooks: canary('hooks'),
  variable: canary('variable'),
  environment: canary('environment'),
  dotenv: canary('dotenv'),
  tokenFile: canary('token-file'),
};
/** Secrets that come up while the gateway runs. */
const LATER = { profile: canary('later-profile'), devices: new Set<string>() };
/** A key of somebody else that a tool reads out of a file: the conversation may know it, nothing else. */
const FOREIGN = `sk-${canary('foreign')}`;

const MAY_HOLD =
  /^\.openclaw\/(?:openclaw\.json|\.env$|agents\/[^/]+\/agent\/auth-profiles\.json$|telegram\.token$|devices\/paired\.json|chela\/(?:restore|config-last-good))/;
const MAY_HOLD_FOREIGN = /^(?:workspace\/foreign\.txt$|\.openclaw\/chela\/chela\.sqlite)/;

const provider = createProviderMock();
const frames: string[] = [];
const asked: string[] = [];
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;
let printed = '';

async function start(): Promise<void> {
  gateway = await startGateway(home, { env: { MY_SERVICE_API_KEY: OWN.environment } });
  operator = await connectOperator(gateway.url, home.token);
  operator.client.onEvent((event) => frames.push(JSON.stringify(event)));
}

async function writeProfiles(profiles: object): Promise<void> {
  const agentDir = join(home.stateDir, 'agents', 'main', 'agent');
  await mkdir(agentDir, { recursive: true });
  await writeFile(join(agentDir, 'auth-profiles.json'), JSON.stringify({ version: 1, profiles }), { mode: 0o600 });
}

/** The tokens that devices have by now: each connection of this test is a device of its own. */
async function readDeviceTokens(): Promise<void> {
  const paired = await readFile(join(home.stateDir, 'devices', 'paired.json'), 'utf8');
  for (const [, token] of paired.matchAll(/"token":\s*"([^"]+)"/g)) if (token !== undefined) LATER.devices.add(token);
}

async function say(session: string, replies: Parameters<typeof provider.script>[0]): Promise<void> {
  provider.script(replies);
  await operator.say(session, 'please');
  asked.push(JSON.stringify(provider.requests.map(({ body }) => body)));
}

const exec = (command: string) => ({ toolCalls: [{ name: 'exec', args: { command } }] });

beforeAll(async () => {
  const port = await provider.start();
  home = await createHome();
  const config = mockConfig(home, `http://127.0.0.1:${port}`, {
    hooks: { enabled: true, token: OWN.hooks },
    tools: { sessions: { visibility: 'all' } },
    env: { vars: { HOUSE_SECRET: OWN.variable } },
    channels: { telegram: { enabled: false, tokenFile: join(home.stateDir, 'telegram.token') } },
  });
  const text = JSON.stringify(config).replace('dummy-key', OWN.provider);
  await home.writeConfig(text);
  await writeFile(join(home.stateDir, 'telegram.token'), `${OWN.tokenFile}\n`, { mode: 0o600 });
  await writeFile(join(home.stateDir, '.env'), `OTHER_TOKEN=${OWN.dotenv}\n`, { mode: 0o600 });
  await writeProfiles({ 'other:default': { type: 'api_key', provider: 'other', key: OWN.profile } });
  await writeFile(join(home.workspace, 'foreign.txt'), `their key is ${FOREIGN}\n`);
  await start();
});

afterAll(async () => {
  await provider.stop();
  await home.remove();
});

/** Files below the home that hold a text. */
async function holders(secret: string): Promise<readonly string[]> {
  const names = await readdir(home.home, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: string[] = [];
  for (const file of files) if ((await readFile(file)).includes(secret)) found.push(relative(home.home, file));
  return found;
}

it('a secret stays where it was put, through chats, tools, errors and a crash', async () => {
  await say('chat', [{ text: 'Hello.' }]);
  const state = home.stateDir;
  await say('tools', [
    exec('printenv; true'),
    exec(`cat ${state}/openclaw.json ${state}/.env ${state}/agents/main/agent/auth-profiles.json`),
    { toolCalls: [{ name: 'read', args: { path: `${state}/openclaw.json` } }] },
    { toolCalls: [{ name: 'read', args: { path: 'foreign.txt' } }] },
    { text: 'I saw it.' },
  ]);
  await writeProfiles({
    'other:default': { type: 'api_key', provider: 'other', key: OWN.profile },
    'later:default': { type: 'oauth', provider: 'later', access: LATER.profile, refresh: 'unused-refresh-token' },
  });
  await readDeviceTokens();
  expect(LATER.devices.size).toBeGreaterThan(0);
  await say('later', [
    exec(`cat ${state}/devices/paired.json ${state}/telegram.token`),
    exec(`cat ${state}/agents/main/agent/auth-profiles.json`),
    { text: 'I saw those, too.' },
  ]);
  const aboutLater = asked.at(-1) ?? '';
  await say('history', [
    { toolCalls: [{ name: 'sessions_history', args: { sessionKey: 'agent:main:tools', includeTools: true } }] },
    { text: 'Read.' },
  ]);
  const fromOtherSession = asked.at(-1) ?? '';
  const message = `Incorrect API key provided: ${OWN.provider} (profile ${OWN.profile})`;
  await say('refused', [{ status: 401, body: { error: { message, type: 'auth' } }, repeat: 'always' }]);
  frames.push(JSON.stringify(await operator.request('config.get')));
  frames.push(JSON.stringify(await operator.request('chat.history', { sessionKey: 'refused' })));
  frames.push(JSON.stringify(await operator.request('security.decisions', { limit: 100 })));

  provider.script([{ text: ['Half an ', 'answer'], hang: true }]);
  const cut = operator.say('crash', 'go on').catch(() => undefined);
  await expect.poll(() => frames.some((frame) => frame.includes('Half an'))).toBe(true);
  await gateway.end('SIGKILL');
  printed += gateway.output();
  await Promise.race([cut, operator.client.closed]);
  await start();
  await say('after', [{ text: 'Back.' }]);
  await operator.close();
  await gateway.end();
  printed += gateway.output();
  await readDeviceTokens();

  const later = { later: LATER.profile, ...Object.fromEntries([...LATER.devices].map((token) => [token, token])) };
  for (const [name, secret] of Object.entries({ ...OWN, ...later })) {
    expect({ name, files: (await holders(secret)).filter((file) => !MAY_HOLD.test(file)) }).toEqual({
      name,
      files: [],
    });
    expect({ name, printed: printed.includes(secret) }).toEqual({ name, printed: false });
    expect({ name, frames: frames.filter((frame) => frame.includes(secret)) }).toEqual({ name, frames: [] });
    expect({ name, prompts: asked.filter((text) => text.includes(secret)).length }).toEqual({ name, prompts: 0 });
  }
  // The tools did read them.
  expect(asked.some((text) => text.includes('MY_SERVICE_API_KEY=***') && text.includes('OTHER_TOKEN=***'))).toBe(true);
  expect(aboutLater).toContain('\\"access\\":\\"***');
  expect(aboutLater).toContain('\\"token\\": \\"***');
  expect((await holders(FOREIGN)).filter((file) => !MAY_HOLD_FOREIGN.test(file))).toEqual([]);
  expect(asked.some((text) => text.includes(FOREIGN))).toBe(true);
  expect(fromOtherSession).toContain('their key is');
  expect(fromOtherSession).not.toContain(FOREIGN);
  expect(printed).not.toContain(FOREIGN);
  expect(frames.filter((frame) => frame.includes(FOREIGN))).toEqual([]);
});
