import type { IrcLine } from 'irc-framework';
import { foldNick, isSameNick } from './inbound.ts';

/** Names kept for each channel, and channels kept. */
const MEMBERS_LIMIT = 2_000;
const CHANNELS_LIMIT = 200;

/** Who is where, as the server tells it: for the directory. */
export interface ChannelRoster {
  onLine(line: IrcLine, ownNick: string): void;
  channels(): readonly string[];
  members(channel: string): readonly string[];
  /** Everybody in a channel with us, once each. */
  people(): readonly string[];
}

interface Room {
  readonly name: string;
  readonly members: Map<string, string>;
}

export function createChannelRoster(): ChannelRoster {
  const rooms = new Map<string, Room>();
  const roomOf = (channel: string | undefined): Room | undefined => rooms.get(foldNick(channel ?? ''));
  const open = (channel: string): void => {
    if (rooms.size < CHANNELS_LIMIT) rooms.set(foldNick(channel), { name: channel, members: new Map() });
  };
  const enter = (room: Room | undefined, nick: string): void => {
    if (room !== undefined && room.members.size < MEMBERS_LIMIT) room.members.set(foldNick(nick), nick);
  };
  const leave = (channel: string | undefined, nick: string, ownNick: string): void => {
    if (isSameNick(nick, ownNick)) rooms.delete(foldNick(channel ?? ''));
    else roomOf(channel)?.members.delete(foldNick(nick));
  };
  return {
    onLine({ command, params, nick }, ownNick) {
      const [first = '', second = '', , list = ''] = params;
      if (command === 'JOIN') {
        if (isSameNick(nick, ownNick)) open(first);
        enter(roomOf(first), nick);
      } else if (command === 'PART') leave(first, nick, ownNick);
      else if (command === 'KICK') leave(first, second, ownNick);
      else if (command === '353') for (const name of list.split(' ')) enter(roomOf(params[2]), bareNick(name));
      else if (command === 'QUIT') for (const room of rooms.values()) room.members.delete(foldNick(nick));
      else if (command === 'NICK')
        for (const room of rooms.values()) if (room.members.delete(foldNick(nick))) enter(room, first);
    },
    channels: () => [...rooms.values()].map(({ name }) => name),
    members: (channel) => [...(roomOf(channel)?.members.values() ?? [])].filter(Boolean),
    people: () => [...new Set([...rooms.values()].flatMap(({ members }) => [...members.values()]))].filter(Boolean),
  };
}

/** A name of a list without the signs of its rank and without its host. */
const bareNick = (name: string): string => name.replace(/^[~&@%+]+/, '').replace(/!.*$/, '');
