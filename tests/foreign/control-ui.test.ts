import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createProviderMock, installClients } from '@chela/parity';
import { createDeviceIdentity, createGatewayClient } from '@chela/protocol';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser, newPage, screenshot, type TestBrowser } from '../harness/browser.ts';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../harness/operator.ts';
import { type StaticFiles, serveFiles } from './static-files.ts';

/**
 * The original's Control UI 2026.2.17, unmodified: the built files of its package on a server of their own, in a real
 * browser, beside a Chela gateway (reference ui/control-ui.md §4 names the calls of each tab).
 */
const ACTION_TIMEOUT_MS = 10_000;

/** What the page says on a healthy gateway too, the original's own included. */
const USUAL_NOTES: Readonly<Record<string, readonly string[]>> = {
  channels: ['Channel config schema unavailable.'],
  config: ["Form view can't safely edit some fields. Use Raw to avoid losing config entries."],
};

const provider = createProviderMock();
let browser: TestBrowser;
let files: StaticFiles;
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;
let page: Page;
let unavailable: string | undefined;
/** What went wrong in the page: errors of scripts, console errors and requests the gateway refused. */
let troubles: string[];

beforeAll(async () => {
  const clients = await installClients();
  if (!clients.available) {
    unavailable = clients.reason;
    return;
  }
  files = await serveFiles(join(dirname(clients.openclaw), 'dist/control-ui'));
  const port = await provider.start();
  home = await createHome();
  const config = mockConfig(home, `http://127.0.0.1:${port}`, { plugins: { enabled: false } });
  const controlUi = { allowedOrigins: [files.origin] };
  await home.writeConfig({ ...config, gateway: { ...Object(config.gateway), controlUi } });
  gateway = await startGateway(home);
  operator = await connectOperator(gateway.url, home.token);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await operator?.close();
  await gateway?.end();
  await provider.stop();
  await files?.close();
  await home?.remove();
});

beforeEach(async ({ skip }) => {
  if (unavailable !== undefined) skip(unavailable);
  provider.script([]);
  ({ page, errors: troubles } = await newPage(browser, { viewport: { width: 1400, height: 900 } }));
  page.setDefaultTimeout(ACTION_TIMEOUT_MS);
  // The page asks a font service; nothing leaves this machine.
  await page.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.fulfill({ contentType: 'text/css', body: '' }),
  );
  // Before it knows its gateway the page looks for one where its files came from.
  page.on('console', (entry) => {
    const isLookingAround = entry.text().includes(`ws://${new URL(files.origin).host}/`);
    if (entry.type() === 'error' && !isLookingAround) troubles.push(entry.text());
  });
  watchRefusals();
});

afterEach(async () => {
  await page?.context().close();
  expect(troubles).toEqual([]);
});

function watchRefusals(): void {
  page.on('websocket', (socket) => {
    const asked = new Map<unknown, unknown>();
    socket.on('framesent', ({ payload }) => {
      const frame = JSON.parse(String(payload));
      asked.set(frame.id, frame.method);
    });
    socket.on('framereceived', ({ payload }) => {
      const frame = JSON.parse(String(payload));
      if (frame.ok === false) troubles.push(`${asked.get(frame.id)} was refused: ${frame.error.message}`);
    });
  });
}

/** Opens a tab as somebody who has been here before: address and token are among the page's settings. */
async function open(tab: string): Promise<void> {
  const settings = { gatewayUrl: gateway.url, token: home.token };
  await page.addInitScript((stored) => {
    localStorage.setItem('openclaw.control.settings.v1', JSON.stringify(stored));
  }, settings);
  await page.goto(`${files.origin}/${tab}`);
  await isConnected();
}

async function isConnected(): Promise<void> {
  await page.locator('.topbar').getByText('OK', { exact: true }).waitFor();
}

const main = (): Locator => page.locator('main');
const button = (name: string): Locator => main().getByRole('button', { name, exact: true });
/** A part of the page with a heading. */
const card = (title: string): Locator =>
  main().locator('.card', { has: page.locator('.card-title', { hasText: title }) });
const field = (label: string): Locator => main().getByLabel(label, { exact: true });

function recordIn(value: unknown, ...keys: readonly string[]): Record<string, unknown> {
  return keys.reduce((at, key) => Object(at[key]), Object(value));
}

const configText = (): Promise<string> => readFile(join(home.stateDir, 'openclaw.json'), 'utf8');

describe('the Control UI of the original', () => {
  test('connects by an address with gateway and token, once the person has confirmed it', async () => {
    const query = new URLSearchParams({ gatewayUrl: gateway.url, token: home.token });
    await page.goto(`${files.origin}/?${query}`);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await isConnected();
    expect(page.url()).not.toContain(home.token);
  });

  test('a wrong token shows why, and how to go on', async () => {
    await page.goto(`${files.origin}/overview?${new URLSearchParams({ gatewayUrl: gateway.url, token: 'wrong' })}`);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page
      .getByText(/unauthorized: .*token mismatch/)
      .first()
      .waitFor();
    await screenshot(page, 'wrong-token');
    troubles = troubles.filter((trouble) => !trouble.startsWith('connect was refused'));
  });

  test.for([
    'chat',
    'overview',
    'channels',
    'instances',
    'sessions',
    'usage',
    'cron',
    'agents',
    'skills',
    'nodes',
    'config',
    'debug',
    'logs',
  ])('%s loads without a complaint', async (tab) => {
    await operator.say('main', 'so that there is something to see');
    await open(tab);
    await page.waitForLoadState('networkidle');
    await screenshot(page, `tab-${tab}`);
    const notes = await page.locator('.callout.danger').allInnerTexts();
    expect(notes.filter((note) => !USUAL_NOTES[tab]?.includes(note.trim()))).toEqual([]);
  });

  test('chat streams an answer with a tool and keeps it after a reload', async () => {
    await writeFile(join(home.workspace, 'note.txt'), 'buy milk');
    provider.script([
      { toolCalls: [{ name: 'read', args: { path: 'note.txt' } }] },
      { text: ['You want ', '**milk**', '.'], chunkDelayMs: 200 },
    ]);
    await open('chat?session=agent:main:milk');
    await main().locator('textarea').fill('what is in my note?');
    await page.keyboard.press('Enter');
    await main().getByText('You want').first().waitFor();
    await main().locator('strong', { hasText: 'milk' }).waitFor();
    await main().locator('.chat-tool-card', { hasText: 'Read' }).first().waitFor();
    await screenshot(page, 'chat');
    await page.reload();
    await main().locator('strong', { hasText: 'milk' }).waitFor();
    await main().getByText('what is in my note?').waitFor();
  });

  test('chat stops a run that is asked to stop', async () => {
    provider.script([{ text: ['Once ', 'upon '], chunkDelayMs: 300, hang: true }]);
    await open('chat?session=agent:main:stopped');
    await main().locator('textarea').fill('tell me a story');
    await page.keyboard.press('Enter');
    await main().getByText('Once upon').first().waitFor();
    await button('Stop').click();
    await button('New session').waitFor();
    const { messages } = Object(await operator.request('chat.history', { sessionKey: 'agent:main:stopped' }));
    expect(messages).toContainEqual(expect.objectContaining({ role: 'assistant', stopReason: 'aborted' }));
  });

  test('sessions changes the settings of a session and deletes it', async () => {
    await operator.say('agent:main:settings', 'hello');
    await open('sessions');
    const row = main().locator('.table-row', { hasText: 'agent:main:settings' });
    await row.locator('select').first().selectOption('high');
    await expect.poll(() => sessionRow('agent:main:settings')).toMatchObject({ thinkingLevel: 'high' });
    await row.getByPlaceholder('(optional)').fill('Set');
    await row.getByPlaceholder('(optional)').press('Tab');
    await expect.poll(() => sessionRow('agent:main:settings')).toMatchObject({ label: 'Set' });
    await screenshot(page, 'sessions');
    page.on('dialog', (dialog) => dialog.accept());
    await row.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    expect(await sessionRow('agent:main:settings')).toBeUndefined();
  });

  test('usage shows tokens, the timeline and the log of a session', async () => {
    await operator.say('agent:main:counted', 'count me');
    await open('usage');
    await button('Refresh').click();
    await main().locator('.session-bar-row', { hasText: 'counted' }).first().click();
    await page.waitForLoadState('networkidle');
    await main().getByText('count me').first().waitFor();
    await screenshot(page, 'usage');
  });

  test('cron adds a job, runs it, shows its history and removes it', async () => {
    await open('cron');
    await field('Name').fill('water the plants');
    await field('Agent message').fill('time to water');
    await main()
      .locator('select', { has: page.locator('option[value="webhook"]') })
      .selectOption('none');
    await button('Add job').click();
    // The run history lists the job's name as well, so the row is the one that can be removed.
    const job = main()
      .locator('.list-item', { hasText: 'water the plants' })
      .filter({ has: page.getByRole('button', { name: 'Remove' }) });
    await job.waitFor();
    await job.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(async () => (await cronJobs())[0]?.state).toMatchObject({ lastStatus: 'ok' });
    await job.getByRole('button', { name: 'History' }).click();
    await card('Run history').getByText('ok').first().waitFor();
    await screenshot(page, 'cron');
    await job.getByRole('button', { name: 'Disable' }).click();
    await expect.poll(async () => (await cronJobs())[0]).toMatchObject({ enabled: false });
    await job.getByRole('button', { name: 'Remove' }).click();
    await job.waitFor({ state: 'detached' });
    expect(await cronJobs()).toEqual([]);
  });

  test('agents edits a file of the workspace', async () => {
    await open('agents');
    await button('Files').click();
    await main().locator('.agent-file-row', { hasText: 'SOUL.md' }).click();
    await main().locator('textarea').fill('Be kind.');
    await button('Save').click();
    await expect.poll(() => readFile(join(home.workspace, 'SOUL.md'), 'utf8').catch(() => '')).toBe('Be kind.');
    await screenshot(page, 'agent-files');
    await button('Tools').click();
    await main().getByText('Profile', { exact: true }).first().waitFor();
  });

  test('skills switches a skill off', async () => {
    await open('skills');
    await field('Filter').fill('weather');
    const skill = main().locator('.list-item', { hasText: 'weather' }).first();
    await main().locator('summary').first().click();
    await skill.getByRole('button', { name: 'Disable' }).click();
    await skill.getByRole('button', { name: 'Enable' }).waitFor();
    expect(recordIn(JSON.parse(await configText()), 'skills', 'entries', 'weather')).toEqual({ enabled: false });
    await screenshot(page, 'skills');
  });

  test('an exec approval opens a dialog, and the decision reaches who asked', async () => {
    await open('chat');
    const decided = operator.request('exec.approval.request', {
      command: 'rm -rf build',
      cwd: home.workspace,
      agentId: 'main',
      timeoutMs: 60_000,
    });
    await page.getByText('rm -rf build').waitFor();
    await screenshot(page, 'exec-approval');
    await page.getByRole('button', { name: 'Allow once' }).click();
    expect(await decided).toMatchObject({ decision: 'allow-once' });
    await page.getByText('rm -rf build').waitFor({ state: 'detached' });
  });

  test('nodes approves a device that asks to be paired', async () => {
    const device = createDeviceIdentity();
    const knock = createGatewayClient({
      url: gateway.url,
      token: home.token,
      scopes: ['operator.read'],
      client: { id: 'cli', version: '1.0.0', platform: 'linux', mode: 'cli' },
      device,
      // Behind a proxy it is no local device.
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    await expect(knock.connect()).rejects.toThrow(/pairing required/);
    await knock.close();
    await open('nodes');
    const devices = card('Devices');
    await devices
      .locator('.list-item', { hasText: device.deviceId.slice(0, 8) })
      .first()
      .waitFor();
    await screenshot(page, 'device-pairing');
    await devices.getByRole('button', { name: 'Approve' }).click();
    await expect.poll(pairedDevices).toContain(device.deviceId);
  });

  test('nodes saves the exec approvals', async () => {
    await open('nodes');
    const approvals = card('Exec approvals');
    await approvals.locator('select').nth(1).selectOption('allowlist');
    await approvals.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(async () => recordIn(await operator.request('exec.approvals.get'), 'file', 'defaults'))
      .toMatchObject({ security: 'allowlist' });
  });

  test('config saves what the form and what the raw editor changed', async () => {
    await open('config');
    await main().locator('.config-nav__item', { hasText: 'Logging' }).click();
    await main().locator('.cfg-segmented__btn, option', { hasText: 'debug' }).first().waitFor({ state: 'attached' });
    await screenshot(page, 'config-form');
    const choice = main()
      .locator('select', { has: page.locator('option', { hasText: 'debug' }) })
      .first();
    await choice.selectOption({ label: 'debug' });
    await button('Save').click();
    await expect.poll(configText).toMatch(/"(consoleLevel|level)": "debug"/);

    await button('Raw').click();
    const editor = main().locator('textarea').first();
    const raw = await editor.inputValue();
    expect(raw).not.toContain(home.token);
    await editor.fill(raw.replace(/\{/, '{ messages: { ackReaction: "+" },'));
    await button('Save').click();
    await expect.poll(configText).toContain('ackReaction');
    expect(await configText()).toContain(home.token);
    await screenshot(page, 'config-raw');
  });

  test('debug calls a method and shows its answer', async () => {
    await open('debug');
    await field('Method').fill('system-presence');
    await button('Call').click();
    await card('Manual RPC').getByText('openclaw-control-ui').first().waitFor();
    await screenshot(page, 'debug');
  });

  test('logs follows what the gateway writes', async () => {
    await open('logs');
    await main().locator('.log-row').first().waitFor();
    await screenshot(page, 'logs');
  });
});

async function sessionRow(key: string): Promise<unknown> {
  const { sessions } = Object(await operator.request('sessions.list'));
  return sessions.find((row: { key: string }) => row.key === key);
}

async function cronJobs(): Promise<readonly Record<string, unknown>[]> {
  return Object(await operator.request('cron.list', { includeDisabled: true })).jobs;
}

async function pairedDevices(): Promise<readonly string[]> {
  const { paired } = Object(await operator.request('device.pair.list'));
  return paired.map(({ deviceId }: { deviceId: string }) => deviceId);
}
