import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser, newPage, type TestBrowser } from '../harness/browser.ts';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';

let browser: TestBrowser;
let home: GatewayHome;
let gateway: GatewayProcess;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  home = await createHome();
  await home.writeConfig(mockConfig(home, 'http://127.0.0.1:9'));
  gateway = await startGateway(home);
});

afterAll(async () => {
  await browser?.close();
  await gateway?.end();
  await home?.remove();
});

beforeEach(async () => {
  ({ page } = await newPage(browser));
});

/** Stands for the app around the page: notes what is sent and answers every action. */
const ANDROID_APP = `
  globalThis.sent = [];
  globalThis.openclawCanvasA2UIAction = { postMessage(text) { globalThis.sent.push(JSON.parse(text)); } };`;

async function open(app?: string): Promise<void> {
  if (app) await page.addInitScript(app);
  await page.goto(`${gateway.httpUrl}/__openclaw__/a2ui/?platform=android`);
}

const apply = (messages: readonly unknown[]): Promise<unknown> =>
  page.evaluate((list) => Reflect.get(globalThis, 'openclawA2UI').applyMessages(list), messages);

const literal = (literalString: string) => ({ literalString });
const FORM = [
  {
    surfaceUpdate: {
      surfaceId: 'main',
      components: [
        {
          id: 'root',
          component: { Column: { children: { explicitList: ['title', 'name', 'agree', 'list', 'send'] } } },
        },
        { id: 'title', component: { Text: { text: { path: '/title' }, usageHint: 'h2' } } },
        { id: 'name', component: { TextField: { label: literal('Name'), text: { path: '/form/name' } } } },
        { id: 'agree', component: { CheckBox: { label: literal('Agree'), value: { path: '/form/agree' } } } },
        { id: 'list', component: { List: { children: { template: { componentId: 'item', dataBinding: '/items' } } } } },
        { id: 'item', component: { Text: { text: { path: 'label' } } } },
        {
          id: 'send',
          component: {
            Button: {
              child: 'sendText',
              primary: true,
              action: {
                name: 'submit',
                context: [
                  { key: 'name', value: { path: '/form/name' } },
                  { key: 'agree', value: { path: '/form/agree' } },
                ],
              },
            },
          },
        },
        { id: 'sendText', component: { Text: { text: literal('Send') } } },
      ],
    },
  },
  {
    dataModelUpdate: {
      surfaceId: 'main',
      contents: [
        { key: 'title', valueString: 'Tell **us** <img src=x onerror="globalThis.attacked = true">' },
        { key: 'items', valueString: '[{"label":"first"},{"label":"second"}]' },
      ],
    },
  },
  { beginRendering: { surfaceId: 'main', root: 'root', styles: { primaryColor: '#00aa00' } } },
];

it('draws a surface, takes input, and sends it with the action', async () => {
  await open(ANDROID_APP);
  expect(await apply(FORM)).toEqual({ ok: true, surfaces: ['main'] });
  expect(await page.getByRole('heading', { level: 2 }).textContent()).toContain('Tell us');
  expect(await page.locator('.list .text').allInnerTexts()).toEqual(['first', 'second']);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'attacked'))).toBeUndefined();
  await page.getByLabel('Name').fill('Ann');
  await page.getByLabel('Agree').check();
  await page.getByRole('button', { name: 'Send' }).click();
  expect(await page.getByRole('status').textContent()).toBe('Sending');
  const sent = await page.evaluate(() => Reflect.get(globalThis, 'sent'));
  expect(sent).toMatchObject([
    {
      userAction: {
        name: 'submit',
        surfaceId: 'main',
        sourceComponentId: 'send',
        context: { name: 'Ann', agree: true },
      },
    },
  ]);
  const answer = (detail: object) =>
    page.evaluate((d) => dispatchEvent(new CustomEvent('openclaw:a2ui-action-status', { detail: d })), detail);
  await answer({ id: sent[0].userAction.id, ok: false, error: 'agent is away' });
  expect(await page.getByRole('status').textContent()).toBe('Failed: agent is away');
  await page.getByRole('button', { name: 'Send' }).click();
  const again = await page.evaluate(() => Reflect.get(globalThis, 'sent'));
  await answer({ id: again[1].userAction.id, ok: true });
  expect(await page.getByRole('status').textContent()).toBe('Working');
});

it('says when no app shows it', async () => {
  await open();
  await apply(FORM);
  await page.getByRole('button', { name: 'Send' }).click();
  expect(await page.getByRole('status').textContent()).toContain('missing native bridge');
});

it('draws every other component', async () => {
  await open();
  const parts = {
    row: {
      Row: { children: { explicitList: ['icon', 'line', 'pic', 'film', 'sound'] }, distribution: 'spaceBetween' },
    },
    icon: { Icon: { name: literal('star') } },
    line: { Divider: { axis: 'vertical' } },
    pic: { Image: { url: literal('data:image/gif;base64,R0lGODlhAQABAAAAACw='), usageHint: 'avatar', fit: 'cover' } },
    film: { Video: { url: literal('javascript:alert(1)') } },
    sound: { AudioPlayer: { url: literal('https://127.0.0.1:1/a.mp3'), description: literal('A sound') } },
    card: { Card: { child: 'row' } },
    tabs: {
      Tabs: {
        tabItems: [
          { title: literal('One'), child: 'card' },
          { title: literal('Two'), child: 'choice' },
        ],
      },
    },
    choice: {
      MultipleChoice: {
        selections: { path: '/chosen' },
        options: [
          { label: literal('Red'), value: 'r' },
          { label: literal('Blue'), value: 'b' },
        ],
        maxAllowedSelections: 1,
      },
    },
    modal: { Modal: { entryPointChild: 'openText', contentChild: 'inside' } },
    openText: { Text: { text: literal('Open') } },
    inside: { Column: { children: { explicitList: ['date', 'slider'] } } },
    date: { DateTimeInput: { value: { path: '/when' }, enableDate: true } },
    slider: { Slider: { value: { path: '/level' }, minValue: 0, maxValue: 10 } },
    root: { Column: { children: { explicitList: ['tabs', 'modal', 'loop', 'unknown'] } } },
    loop: { Card: { child: 'loop' } },
    unknown: { Hologram: {} },
  };
  const components = Object.entries(parts).map(([id, component]) => ({ id, component }));
  await apply([
    { surfaceUpdate: { surfaceId: 's', components } },
    { dataModelUpdate: { surfaceId: 's', contents: [{ key: 'level', valueNumber: 4 }] } },
    { beginRendering: { surfaceId: 's', root: 'root' } },
  ]);
  expect(await page.getByRole('img', { name: 'star' }).textContent()).toBe('★');
  expect(await page.locator('video').getAttribute('src')).toBe('');
  await page.getByText('A sound').waitFor();
  await page.getByRole('tab', { name: 'Two' }).click();
  await page.getByLabel('Blue').check();
  expect(await page.getByLabel('Red').isChecked()).toBe(false);
  await page.getByText('Open').click();
  await page.locator('dialog input[type="date"]').fill('2027-01-02');
  expect(await page.locator('dialog output').textContent()).toBe('4');
  await page.getByRole('button', { name: 'Close' }).click();
  await page.evaluate(() => Reflect.get(globalThis, 'openclawA2UI').reset());
  expect(await page.locator('.surface').count()).toBe(0);
});

it('loads again when an agent changes a file of the canvas', async () => {
  await page.goto(`${gateway.httpUrl}/__openclaw__/canvas/`);
  await page.getByRole('heading', { name: 'This canvas is empty' }).waitFor();
  await page.getByRole('button', { name: 'Hello' }).click();
  await page.getByText('No app shows this page').waitFor();
  await writeFile(join(home.stateDir, 'canvas', 'index.html'), '<h1>Drawn by the agent</h1>');
  await page.getByRole('heading', { name: 'Drawn by the agent' }).waitFor();
});
