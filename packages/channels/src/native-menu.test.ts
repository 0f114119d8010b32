import { expect, test } from 'vitest';
import { STAND_IN_FACTS } from './connections/testing/stand-in-channel.ts';
import { type MenuInput, nativeMenu } from './native-menu.ts';

const own = [{ name: 'help', description: 'Help.' }];
const skills = [{ name: 'weather', description: 'Weather.' }];
const withMenu = { can: { ...STAND_IN_FACTS.can, nativeCommands: true } };

test.each<[string, Partial<MenuInput>, readonly string[]]>([
  ['a channel with a menu shows commands and skills', {}, ['help', 'weather']],
  ['one without a menu shows nothing', { facts: STAND_IN_FACTS }, []],
  ['the gateway switches it off', { config: { commands: { native: false } } }, []],
  [
    'the channel has the last word',
    { config: { commands: { native: false } }, settings: { commands: { native: true } } },
    ['help', 'weather'],
  ],
  ['skills can stay out', { settings: { commands: { nativeSkills: false } } }, ['help']],
  ['auto is as if nothing were said', { config: { commands: { native: 'auto' } } }, ['help', 'weather']],
])('%s', (_, input, names) => {
  const menu = nativeMenu({ config: {}, settings: {}, facts: withMenu, own, skills, ...input });
  expect(menu.map(({ name }) => name)).toEqual(names);
});
