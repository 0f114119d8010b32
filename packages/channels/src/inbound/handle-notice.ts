import { directAccess } from '../access/direct-access.ts';
import { groupAccess } from '../access/group-access.ts';
import { groupSettings } from '../access/group-settings.ts';
import type { InboundMove, InboundNote } from '../contract/inbound.ts';
import type { AccountName } from '../kernel.ts';
import type { InboundDeps } from './inbound-deps.ts';
import { loadAdapter } from './load-adapter.ts';
import { groupMoveEdits } from './move-group.ts';
import { routeConversation } from './route-conversation.ts';
import type { RowWork } from './row-work.ts';

export interface NoticeHandler {
  /** Something that happened (a reaction, a member who left): the model is told of it in its next turn. */
  note(account: AccountName, id: number, event: InboundNote): Promise<void>;
  /** A group that has a new id: its settings move with it. */
  move(account: AccountName, id: number, event: InboundMove): Promise<void>;
}

/** What becomes of events that ask for no answer. */
export function createNoticeHandler(deps: InboundDeps, { end }: Pick<RowWork, 'end'>): NoticeHandler {
  const { config, logger } = deps;

  /** Notes of people who may not write here tell the model nothing. */
  const note = async (account: AccountName, id: number, event: InboundNote): Promise<void> => {
    if (!(await mayWrite(account, event))) return end(account, [id], 'declined', 'not on the allowlist');
    const { sessionKey } = routeConversation(config.current(), account, event.conversation, event.sender);
    deps.systemEvents.add(sessionKey, event.text, `${account.channel}:${event.eventId}`);
    return end(account, [id], 'handed');
  };

  const mayWrite = async (account: AccountName, { conversation, sender }: InboundNote): Promise<boolean> => {
    const adapter = await loadAdapter(deps.adapters, account.channel);
    const settings = deps.settings(account);
    const paired = await deps.pairing.allowed(account.channel, account.accountId);
    const facts = { settings, sender, syntax: adapter.allowlist, paired };
    if (conversation.type === 'direct') return directAccess(facts).kind === 'allowed';
    const group = groupSettings(settings, conversation);
    const listed = adapter.facts.groupAllowlist ?? 'senders';
    return groupAccess({ ...facts, group, listed }).kind === 'allowed';
  };

  const move = async (account: AccountName, id: number, event: InboundMove): Promise<void> => {
    const edits = groupMoveEdits(config.current(), account, event);
    const mayWriteConfig = deps.settings(account).configWrites !== false;
    if (edits.length > 0 && mayWriteConfig) await deps.editConfig?.(edits);
    else if (edits.length > 0) logger.warn('a group has a new id; its settings must be moved by hand', { ...event });
    return end(account, [id], 'handed');
  };

  return { note, move };
}
