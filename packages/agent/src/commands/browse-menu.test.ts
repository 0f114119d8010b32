import { expect, test } from 'vitest';
import { commandsMenu, modelsMenu, modelsPage, providersMenu } from './browse-menu.ts';

const entry = (provider: string, id: string) => ({
  provider,
  id,
  name: id,
  contextWindow: 1000,
  reasoning: false,
  input: ['text' as const],
});
const datas = (menu: ReturnType<typeof providersMenu>) => menu.map((row) => row.map((key) => key.callback_data));

test('providers stand in two columns with the number of their models', () => {
  const menu = providersMenu([entry('groq', 'b'), entry('acme', 'a'), entry('groq', 'c')]);
  expect(menu).toEqual([
    [
      { text: 'acme (1)', callback_data: 'mdl_list_acme_1' },
      { text: 'groq (2)', callback_data: 'mdl_list_groq_1' },
    ],
  ]);
});

test('models come in pages, the one in use is marked, and the way back is there', () => {
  const models = Array.from({ length: 10 }, (_, at) => entry('acme', `m${at}`));
  const last = modelsPage(models, 9);
  expect([last.page, last.pages, last.models.length]).toEqual([2, 2, 2]);
  const menu = modelsMenu('acme', last, { provider: 'acme', model: 'm9' });
  expect(menu.map(([key]) => key?.text).slice(0, 2)).toEqual(['m8', 'm9 ✓']);
  expect(datas(menu).slice(2)).toEqual([['mdl_list_acme_1', 'mdl_list_acme_noop'], ['mdl_back']]);
});

test('a model whose name does not fit a button is left out', () => {
  const models = [entry('acme', 'x'.repeat(60)), entry('acme', 'short')];
  const menu = modelsMenu('acme', modelsPage(models, 1), { provider: 'acme', model: 'other' });
  expect(datas(menu)).toEqual([['mdl_sel_acme/short'], ['mdl_back']]);
});

test('the command list is leafed through by its pages', () => {
  expect(commandsMenu(2, 3, 'main')).toEqual([
    [
      { text: '◀ Prev', callback_data: 'commands_page_1:main' },
      { text: '2/3', callback_data: 'commands_page_noop:main' },
      { text: 'Next ▶', callback_data: 'commands_page_3:main' },
    ],
  ]);
  expect(commandsMenu(1, 1, 'main')).toEqual([]);
});
