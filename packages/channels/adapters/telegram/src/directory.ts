import type { ChannelConnection, DirectoryEntry } from '@chela/channels/adapter';
import type { BotApi } from './api/client.ts';
import { toChannelError } from './errors.ts';
import { fullName } from './inbound/people.ts';
import { numberIn, recordIn, stringIn } from './json.ts';
import type { Self } from './self.ts';

type Directory = NonNullable<ChannelConnection['directory']>;

export interface DirectoryDeps {
  readonly api: BotApi;
  readonly self: Self;
  /** Of the settings; the Bot API lists no chats. */
  readonly groups: readonly string[];
  readonly signal: AbortSignal;
}

/** The Bot API lists neither people nor groups: the bot itself, configured groups, and administrators of a group. */
export function createDirectory({ api, self, groups, signal }: DirectoryDeps): Directory {
  const group = async (id: string): Promise<DirectoryEntry> => {
    const chat = await api.call('getChat', { chat_id: id }, signal).catch(() => undefined);
    const [name, handle] = [stringIn(chat, 'title'), stringIn(chat, 'username')];
    return { kind: 'group', id, ...(name && { name }), ...(handle && { handle: `@${handle}` }) };
  };

  const administrators = async (groupId: string): Promise<readonly DirectoryEntry[]> => {
    const members = await api.call('getChatAdministrators', { chat_id: groupId }, signal).catch((error: unknown) => {
      throw toChannelError(error, groupId);
    });
    return (Array.isArray(members) ? members : []).flatMap((member: unknown) => {
      const user = recordIn(member, 'user');
      const id = numberIn(user, 'id');
      if (id === undefined) return [];
      const name = fullName({ first_name: stringIn(user, 'first_name'), last_name: stringIn(user, 'last_name') });
      const handle = stringIn(user, 'username');
      return [
        { kind: 'user' as const, id: String(id), ...(name && { name }), ...(handle && { handle: `@${handle}` }) },
      ];
    });
  };

  return async (kind, { text, groupId, limit }) => {
    const found = await entries();
    const wanted = text?.toLowerCase();
    return found.filter((entry) => !wanted || describe(entry).includes(wanted)).slice(0, limit);

    async function entries(): Promise<readonly DirectoryEntry[]> {
      if (kind === 'self') return [{ kind: 'user', id: self.id, name: self.name, handle: `@${self.username}` }];
      if (kind === 'members') return groupId === undefined ? [] : administrators(groupId);
      if (kind === 'peers') return [];
      return Promise.all(
        groups
          .filter((id) => id !== '*')
          .slice(0, limit)
          .map(group),
      );
    }
  };
}

const describe = ({ id, name = '', handle = '' }: DirectoryEntry): string => `${id} ${name} ${handle}`.toLowerCase();
