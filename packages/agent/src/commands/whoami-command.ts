import type { CommandHandler } from './command.ts';

/** `/whoami`: the id under which allowlists know the sender. */
export const answerWhoami: CommandHandler = ({ request, sender, session }) => {
  const username = request.inbound?.sender.username;
  const { entry } = session;
  const group = entry?.chatType === 'group' || entry?.chatType === 'channel' ? entry.groupId : undefined;
  return {
    text: [
      '🧭 Identity',
      `Channel: ${sender.channel}`,
      `User id: ${sender.id}`,
      ...(username === undefined ? [] : [`Username: @${username}`]),
      ...(typeof group === 'string' ? [`Chat: ${group}`] : []),
      `AllowFrom: ${sender.id}`,
    ].join('\n'),
  };
};
