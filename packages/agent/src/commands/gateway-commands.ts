import type { CommandHandler } from './command.ts';
import { isSwitchedOn } from './command-access.ts';

export const answerStop: CommandHandler = async ({ deps, request, stopSession }) => {
  const children = deps.rooms.subagents;
  const stopped = children === undefined ? 0 : await children.killAll(request.sessionKey);
  await stopSession();
  const more = stopped === 0 ? '' : ` Stopped ${stopped} sub-agent${stopped === 1 ? '' : 's'}.`;
  return { text: `⚙️ Agent was aborted.${more}` };
};

export const answerRestart: CommandHandler = ({ config, deps, sender }) => {
  if (!isSwitchedOn(config, 'restart')) {
    return { text: '⚠️ /restart is disabled. Set commands.restart=true to enable.' };
  }
  if (!sender.isOwner) return { text: '⚠️ /restart is for the owner.' };
  if (deps.rooms.restart === undefined) return { text: '⚠️ This process cannot restart itself.' };
  deps.rooms.restart('/restart');
  return { text: '⚙️ Restarting once the running turns have ended; back in a few seconds.' };
};
