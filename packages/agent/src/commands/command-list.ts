import type { Config } from '@chela/config';
import { commandsMenu } from './browse-menu.ts';
import { CHAT_COMMANDS, type CommandCategory } from './chat-commands.ts';
import type { CommandHandler } from './command.ts';
import { isOffered } from './command-access.ts';

/** `/help` and `/commands`: what there is to say (reference agent/slash-commands.json). */

const TITLES: readonly (readonly [CommandCategory, string])[] = [
  ['session', 'Session'],
  ['options', 'Options'],
  ['status', 'Status'],
  ['management', 'Management'],
  ['media', 'Media'],
  ['tools', 'Tools'],
  ['docks', 'Docks'],
];

export const answerHelp: CommandHandler = ({ config }) => {
  const switched = ['config', 'debug'].filter((key) => isOffered(config, key)).map((key) => `  |  /${key}`);
  const text = [
    'ℹ️ Help',
    '',
    'Session',
    '  /new  |  /reset  |  /compact [instructions]  |  /stop',
    '',
    'Options',
    `  /think <level>  |  /model <id>  |  /verbose on|off${switched.join('')}`,
    '',
    'Status',
    '  /status  |  /whoami  |  /context',
    '',
    'Skills',
    '  /skill <name> [input]',
    '',
    'The whole list: /commands',
  ].join('\n');
  return { text };
};

/** Commands on a page, where the list has buttons to leaf through it. */
const COMMANDS_A_PAGE = 8;

/** The whole list, or a page of it with the way to the others; a page that is not there is the nearest that is. */
export const answerCommands: CommandHandler = ({ config, deps, request }, args) => {
  const plugins = deps.rooms.plugins?.commands ?? [];
  const entries = [
    ...TITLES.flatMap(([category, title]) => linesOf(config, category).map((line) => ({ title, line }))),
    ...plugins.map(({ name, pluginId, does }) => ({ title: 'Plugins', line: `  /${name} (${pluginId}) - ${does}` })),
  ];
  if (request.inbound?.isNativeCommand !== true) return { text: listText('ℹ️ Slash commands', entries) };
  const pages = Math.max(1, Math.ceil(entries.length / COMMANDS_A_PAGE));
  const wanted = Number.parseInt(args, 10);
  const page = Math.min(pages, Math.max(1, Number.isNaN(wanted) ? 1 : wanted));
  const shown = entries.slice((page - 1) * COMMANDS_A_PAGE, page * COMMANDS_A_PAGE);
  return {
    text: listText(`ℹ️ Slash commands (${page}/${pages})`, shown),
    buttons: commandsMenu(page, pages, request.agentId),
  };
};

function listText(head: string, entries: readonly { readonly title: string; readonly line: string }[]): string {
  const sections = Map.groupBy(entries, ({ title }) => title);
  return [head, ...[...sections].map(([title, of]) => [title, ...of.map(({ line }) => line)].join('\n'))].join('\n\n');
}

function linesOf(config: Config, category: CommandCategory): readonly string[] {
  return CHAT_COMMANDS.filter((command) => command.category === category && isOffered(config, command.key)).map(
    ({ aliases: [name = '', ...others], takes, does }) => {
      const more = others.length === 0 ? '' : ` (${others.join(', ')})`;
      return `  ${name}${more}${takes === undefined ? '' : ` ${takes}`} - ${does}`;
    },
  );
}
