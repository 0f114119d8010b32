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

const DOT_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let browser: TestBrowser;
const provider = createProviderMock();
let home: GatewayHome;
let gateway: GatewayProcess;
let page: Page;
let pageErrors: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  const port = await provider.start();
  home = await createHome();
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`));
  gateway = await startGateway(home);
});

afterAll(async () => {
  await browser?.close();
  await gateway?.end();
  await provider.stop();
  await home?.remove();
});

async function open(session: string, path = ''): Promise<void> {
  await page.goto(`${gateway.httpUrl}/${path}#token=${home.token}&session=${session}`);
  await page.getByTestId('connection-state').getByText('Connected').waitFor({ state: 'attached' });
}

async function say(text: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}

beforeEach(async () => {
  ({ page, errors: pageErrors } = await newPage(browser, {
    viewport: { width: 1100, height: 760 },
    permissions: ['clipboard-read', 'clipboard-write'],
  }));
  // The sanitiser parses hostile HTML in an inert document; the browser reports that its handlers were blocked there.
  page.on('console', (message) => {
    if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION|inline event handler/.test(message.text()))
      pageErrors.push(message.text());
  });
});

afterEach(async () => {
  await page.context().close();
  expect(pageErrors).toEqual([]);
});

describe('the web page', () => {
  it('takes the token out of the address and connects', async () => {
    await open('first');
    expect(page.url()).not.toContain(home.token);
    await page.getByText('Write to your assistant').waitFor();
    await screenshot(page, 'welcome');
  });

  it('streams an answer with Markdown and code, and keeps it after a reload', async () => {
    provider.script([
      {
        text: [
          '## Hello\n\nHere is **code**:\n\n',
          '```js\nconst a = 1;\n```\n',
          'and <img src=x onerror=alert(1)> text',
        ],
        chunkDelayMs: 30,
      },
    ]);
    await open('markdown');
    await say('show me code');
    await page.getByTestId('answer').getByRole('heading', { name: 'Hello' }).waitFor();
    await page.locator('pre code', { hasText: 'const a = 1;' }).waitFor();
    expect(await page.locator('[onerror]').count()).toBe(0);
    await page.reload();
    await page.getByTestId('answer').getByRole('heading', { name: 'Hello' }).waitFor();
    const bubble = page.getByLabel('You').first();
    expect(await bubble.locator('p').textContent()).toBe('show me code');
  });

  it('shows the answer while it grows', async () => {
    provider.script([{ text: ['Counting: one', ', two', ', three'], chunkDelayMs: 100, hang: true }]);
    await open('growing');
    await say('count');
    await page.getByTestId('live-answer').getByText('Counting: one, two').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped.').waitFor();
  });

  it('shows tool calls with input and output', async () => {
    provider.script([
      {
        thinking: 'They want a listing.',
        toolCalls: [{ id: 'call_1', name: 'exec', args: { command: 'echo hello from the tool' } }],
      },
      { text: 'The tool said hello.' },
    ]);
    await open('tools');
    await say('run it');
    await page.getByTestId('answer').getByText('The tool said hello.').waitFor();
    const card = page.getByTestId('tool-card').first();
    await card.locator('summary').click();
    await card.getByText('"command": "echo hello from the tool"').waitFor();
    await card.locator('pre').nth(1).getByText('hello from the tool').waitFor();
    await page.getByText('Thinking', { exact: true }).click();
    await page.getByText('They want a listing.').waitFor();
    await screenshot(page, 'tools');
  });

  it('stops a running answer with Escape and keeps what was said', async () => {
    provider.script([{ text: ['Partial '], hang: true }]);
    await open('stop');
    await say('go on for ever');
    await page.getByTestId('live-answer').getByText('Partial').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Stopped.').waitFor();
    await page.getByTestId('answer').getByText('Partial').waitFor();
  });

  it('sends an attached image to the model', async () => {
    provider.script([{ text: 'A dot.' }]);
    await open('image');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(DOT_PNG, 'base64') });
    await page.getByAltText('dot.png').waitFor();
    await say('what is this?');
    await page.getByTestId('answer').getByText('A dot.').waitFor();
    expect(JSON.stringify(provider.requests.at(-1)?.body)).toContain(DOT_PNG);
  });

  it('switches sessions and starts new ones from the keyboard', async () => {
    provider.script([{ text: 'In the first.' }, { text: 'In the second.' }]);
    await open('switch-a');
    await say('one');
    await page.getByTestId('answer').getByText('In the first.').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.getByText('Write to your assistant').waitFor();
    await say('two');
    await page.getByTestId('answer').getByText('In the second.').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByLabel('Find a conversation').fill('switch-a');
    await page.getByRole('navigation').locator('li button').first().click();
    await page.getByTestId('answer').getByText('In the first.').waitFor();
  });

  it('shows a provider failure as text a person can act on', async () => {
    provider.script([{ status: 401, repeat: 'always' }]);
    await open('failing');
    await say('hello');
    await page.getByRole('alert').getByText('401').first().waitFor();
  });

  it('asks for the token when the gateway refuses it, and connects with the right one', async () => {
    await page.goto(`${gateway.httpUrl}/#token=wrong`);
    await page.getByText('The gateway did not let this page in.').waitFor();
    await page.getByLabel('Gateway token').fill(home.token);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByTestId('connection-state').getByText('Connected').waitFor({ state: 'attached' });
  });

  it('reconnects after the gateway was killed and sends what was written meanwhile, once', async () => {
    provider.script([{ text: 'Back again.' }]);
    await open('reconnect');
    await gateway.end('SIGKILL');
    await page.getByTestId('connection-state').getByText('Reconnecting').waitFor({ state: 'attached' });
    await say('are you there?');
    gateway = await startGateway(home, { port: gateway.port });
    await page.getByTestId('answer').getByText('Back again.').waitFor();
    expect(await page.getByLabel('You').count()).toBe(1);
    expect(provider.requests.length).toBe(1);
  });

  it('is usable on a phone and in the dark', async () => {
    provider.script([
      {
        text: 'A line long enough to wrap on a narrow screen, with `a_very_long_identifier_that_can_not_be_broken_at_spaces_at_all`.',
      },
    ]);
    await page.setViewportSize({ width: 375, height: 667 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await open('phone');
    await say('hello');
    await page.getByTestId('answer').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    const field = await page.getByLabel('Message', { exact: true }).boundingBox();
    expect(field?.width ?? 0).toBeGreaterThan(180);
    await screenshot(page, 'phone');
  });
});
