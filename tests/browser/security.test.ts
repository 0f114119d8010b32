import { createProviderMock } from '@chela/parity';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, newPage, screenshot, type TestBrowser } from '../harness/browser.ts';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../harness/operator.ts';

const provider = createProviderMock();
let browser: TestBrowser;
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;
let page: Page;
let pageErrors: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  const port = await provider.start();
  home = await createHome();
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`));
  gateway = await startGateway(home);
  operator = await connectOperator(gateway.url, home.token);
});

afterAll(async () => {
  await browser?.close();
  await operator?.close();
  await gateway?.end();
  await provider.stop();
  await home?.remove();
});

beforeEach(async () => {
  ({ page, errors: pageErrors } = await newPage(browser, { viewport: { width: 1100, height: 760 } }));
});

afterEach(async () => {
  await page.context().close();
  expect(pageErrors).toEqual([]);
});

/** Lets the model run a command in a session of its own; resolves when its turn has ended. */
function runCommand(command: string): Promise<unknown> {
  provider.script([{ toolCalls: [{ name: 'exec', args: { command } }] }, { text: 'Done.' }]);
  return operator.say(`security-${crypto.randomUUID()}`, 'please');
}

async function open(): Promise<void> {
  await page.goto(`${gateway.httpUrl}/#token=${home.token}`);
  await page.getByTestId('connection-state').getByText('Connected').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: /^Security/ }).click();
  await page.getByRole('heading', { name: 'Security' }).waitFor();
}

describe('the security panel', () => {
  it('changes the mode, shows decisions as they are made, and what was put away', async () => {
    await open();
    await page
      .getByLabel(/^Audit/)
      .and(page.locator(':checked'))
      .waitFor();
    await page.getByLabel(/^Enforce/).check();
    await expect.poll(async () => Object(await operator.request('security.status')).mode).toBe('enforce');
    await runCommand('chmod 777 nothing-here');
    const decision = page.getByTestId('decision').filter({ hasText: 'chmod 777 nothing-here' }).first();
    await decision.locator('.verdict', { hasText: 'block' }).waitFor();
    await decision.locator('summary').click();
    await decision.getByText('blocked_command_pattern').waitFor();
    const put = page.getByTestId('quarantined').first();
    await put.locator('summary').click();
    await put.getByText('"command": "chmod 777 nothing-here"').waitFor();
    await screenshot(page, 'security-light');
    await put.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing was put away.').waitFor();
    expect(await operator.request('security.quarantine.list')).toEqual({ files: [] });
  });

  it('asks, and one click lets an action run or not', async () => {
    await open();
    await page.emulateMedia({ colorScheme: 'dark' });
    const allowed = runCommand('history -c; echo it-was-run');
    const card = page.getByTestId('approval');
    await card.getByText('history -c').waitFor();
    await page.getByRole('button', { name: 'Security, 1 waiting for you' }).waitFor();
    await screenshot(page, 'security-dark');
    await card.getByRole('button', { name: 'Allow once' }).click();
    await allowed;
    expect(JSON.stringify(provider.requests)).toContain('it-was-run');
    const denied = runCommand('history -c; echo again');
    await card.getByRole('button', { name: 'Deny' }).click();
    await denied;
    expect(JSON.stringify(provider.requests)).toContain('was denied');
    await expect.poll(() => card.count()).toBe(0);
  });

  it('finds an approval that waited before the page was opened, fits a phone, and closes with Escape', async () => {
    await page.setViewportSize({ width: 375, height: 667 });
    const waiting = runCommand('history -c; echo on-the-phone');
    await expect.poll(async () => Object(await operator.request('security.status')).pendingApprovals).toBe(1);
    await open();
    await page.getByTestId('approval').getByText('on-the-phone').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await screenshot(page, 'security-phone');
    await page.getByTestId('approval').getByRole('button', { name: 'Deny' }).click();
    await waiting;
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Security' }).waitFor({ state: 'detached' });
  });
});
