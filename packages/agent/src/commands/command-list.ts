import type { Config } from '@chela/config';
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

export const answerCommands: CommandHandler = ({ config, deps }) => {
  const sections = TITLES.flatMap(([category, title]) => {
    const lines = linesOf(config, category);
    return lines.length === 0 ? [] : [[title, ...lines].join('\n')];
  });
  const plugins = deps.rooms.plugins?.commands ?? [];
  const brought = plugins.map(({ name, pluginId, does }) => `  /${name} (${pluginId}) - ${does}`);
  const more = brought.length === 0 ? [] : [['Plugins', ...brought].join('\n')];
  return { text: ['ℹ️ Slash commands', ...sections, ...more].join('\n\n') };
};

function linesOf(config: Config, category: CommandCategory): readonly string[] {
  return CHAT_COMMANDS.filter((command) => command.category === category && isOffered(config, command.key)).map(
    ({ aliases: [name = '', ...others], takes, does }) => {
      const more = others.length === 0 ? '' : ` (${others.join(', ')})`;
      return `  ${name}${more}${takes === undefined ? '' : ` ${takes}`} - ${does}`;
    },
  );
}
