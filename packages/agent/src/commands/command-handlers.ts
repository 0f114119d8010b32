import { answerAllowlist } from './allowlist-command.ts';
import { answerApprove } from './approve-command.ts';
import type { CommandHandler } from './command.ts';
import { answerCommands, answerHelp } from './command-list.ts';
import { answerCompact } from './compact-command.ts';
import { answerConfig, answerDebug } from './config-commands.ts';
import { answerContext } from './context-command.ts';
import { dockTo } from './dock-command.ts';
import { answerExport } from './export-command.ts';
import { answerRestart, answerStop } from './gateway-commands.ts';
import { answerModels } from './models-command.ts';
import { answerActivation, answerSend } from './setting-commands.ts';
import { answerShell } from './shell-command.ts';
import { answerKill, answerSteer, answerSubagents } from './subagent-commands.ts';
import { answerTts } from './tts-command.ts';
import { answerUsage } from './usage-command.ts';
import { answerWhoami } from './whoami-command.ts';

/**
 * The commands that have a handler of their own. `/think` and its kin are directives, `/new` and `/reset` start the
 * session over before their text reaches the model, `/skill` becomes a request to the model.
 */
export const COMMAND_HANDLERS = {
  help: answerHelp,
  commands: answerCommands,
  allowlist: answerAllowlist,
  approve: answerApprove,
  context: answerContext,
  'export-session': answerExport,
  tts: answerTts,
  whoami: answerWhoami,
  subagents: answerSubagents,
  kill: answerKill,
  steer: answerSteer,
  config: answerConfig,
  debug: answerDebug,
  usage: answerUsage,
  stop: answerStop,
  restart: answerRestart,
  activation: answerActivation,
  send: answerSend,
  compact: answerCompact,
  models: answerModels,
  bash: answerShell,
  'dock:telegram': dockTo('telegram'),
  'dock:discord': dockTo('discord'),
  'dock:slack': dockTo('slack'),
} as const satisfies Readonly<Record<string, CommandHandler>>;

export type CommandKey = keyof typeof COMMAND_HANDLERS;

export function isCommandKey(key: string): key is CommandKey {
  return Object.hasOwn(COMMAND_HANDLERS, key);
}
