import { createFakeTelegram } from '@chela/channel-lab';
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

const PHONE = { width: 375, height: 667 };
const ANN = 424_242_424;
const BOB = 515_151_515;

const telegram = createFakeTelegram();
const provider = createProviderMock();
let browser: TestBrowser;
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;
let page: Page;
let pageErrors: string[];
let updates = 0;

beforeAll(async () => {
  browser = await launchBrowser();
  const [port, root] = await Promise.all([provider.start(), telegram.start()]);
  home = await createHome();
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`));
  gateway = await startGateway(home, { env: { CHELA_TELEGRAM_API_ROOT: root } });
  operator = await connectOperator(gateway.url, home.token);
});

afterAll(async () => {
  await browser?.close();
  await operator?.close();
  await gateway?.end();
  await Promise.all([provider.stop(), telegram.stop()]);
  await home?.remove();
});

beforeEach(async () => {
  ({ page, errors: pageErrors } = await newPage(browser, { viewport: { width: 1100, height: 900 } }));
});

afterEach(async () => {
  await page.context().close();
  expect(pageErrors).toEqual([]);
});

/** Somebody writes to the bot. */
function write(id: number, name: string, text: string): void {
  updates += 1;
  const from = { id, is_bot: false, first_name: name, username: `${name.toLowerCase()}_writes` };
  const chat = { id, type: 'private', first_name: name };
  const date = Math.floor(Date.now() / 1000);
  telegram.push({ update_id: updates, message: { message_id: 100_000 + updates, date, chat, from, text } });
}

const textsFor = (id: number): readonly string[] =>
  telegram.messages
    .in(String(id))
    .filter(({ isOurs }) => isOurs)
    .map(({ content }) => content.text);

async function open(): Promise<void> {
  await page.goto(`${gateway.httpUrl}/#token=${home.token}`);
  await page.getByTestId('connection-state').getByText('Connected').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: /^Channels/ }).click();
  await page.getByRole('heading', { name: 'Channels' }).waitFor();
}

describe('the channels panel', () => {
  it('connects Telegram by its form and tells with ages how it is', async () => {
    await open();
    const form = page.getByRole('form', { name: 'Connect Telegram' });
    await screenshot(page, 'channels-form-light', { fullPage: true });
    await form.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('alert').getByText('Bot token or File with the token is needed.').waitFor();
    await form.getByLabel(/^Bot token/).fill(telegram.token);
    await form.getByRole('button', { name: 'Connect' }).click();
    const account = page.getByTestId('account');
    await account.getByText('connected', { exact: true }).waitFor();
    await account.getByText('just now').first().waitFor();
    expect(await account.textContent()).toContain('never');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.content()).not.toContain(telegram.token);
    await screenshot(page, 'channels-connected-light', { fullPage: true });
  });

  it('shows a stranger who asks to be let in, lets them in with one click, and tells them', async () => {
    await open();
    write(ANN, 'Ann', 'Hello, is anybody there?');
    const request = page.getByTestId('pairing').filter({ hasText: 'Ann' });
    await request.getByText(String(ANN)).waitFor();
    await page.getByTitle('1 waiting for you').waitFor();
    await screenshot(page, 'channels-pairing-light', { fullPage: true });
    await request.getByRole('button', { name: 'Approve' }).click();
    await request.waitFor({ state: 'detached' });
    await expect.poll(() => textsFor(ANN).length).toBeGreaterThan(1);
    provider.script([{ text: 'Good morning, Ann.' }]);
    write(ANN, 'Ann', 'Good morning');
    await expect.poll(() => textsFor(ANN).at(-1)).toBe('Good morning, Ann.');
  });

  it('shows a message that could not be sent, and sends it again with one click', async () => {
    await open();
    telegram.missing.add(String(BOB));
    const send = { channel: 'telegram', to: String(BOB), message: 'The parcel is here.', idempotencyKey: 'parcel' };
    await expect(operator.request('send', send)).rejects.toThrow(/chat not found/);
    const letter = page.getByTestId('delivery').filter({ hasText: 'The parcel is here.' });
    await letter.getByText('could not be sent').waitFor();
    write(ANN + 1, 'Cleo', 'May I?');
    await page.getByTestId('pairing').filter({ hasText: 'Cleo' }).waitFor();
    await screenshot(page, 'channels-light', { fullPage: true });
    await page.emulateMedia({ colorScheme: 'dark' });
    await screenshot(page, 'channels-dark', { fullPage: true });
    await page.setViewportSize(PHONE);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await screenshot(page, 'channels-phone', { fullPage: true });
    telegram.missing.clear();
    await letter.getByRole('button', { name: 'Send again' }).click();
    await letter.waitFor({ state: 'detached' });
    await expect.poll(() => textsFor(BOB)).toEqual(['The parcel is here.']);
  });

  it('says that a login was refused, lets an account be switched off, and closes with Escape', async () => {
    await open();
    await page.setViewportSize(PHONE);
    telegram.revoke();
    const account = page.getByTestId('account');
    await account.getByText(/Unauthorized|401/).waitFor();
    await screenshot(page, 'channels-refused-phone', { fullPage: true });
    await account.getByRole('button', { name: 'Switch off' }).click();
    await account.getByText('switched off').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Channels' }).waitFor({ state: 'detached' });
  });
});
