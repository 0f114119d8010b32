import type { ChannelFacts } from '../contract/facts.ts';

/** What holds of message actions by their names (reference channels/framework.md §18). */

/** Actions that never take the current chat for a target that was left out (reference channels/framework.md §18). */
export const NAMES_ITS_TARGET: ReadonlySet<string> = new Set(['edit']);
/** Where a sub-agent sends, it says. */
export const SENDING: ReadonlySet<string> = new Set(['send', 'thread-reply', 'broadcast']);
/** Actions that work without a target. */
export const WITHOUT_TARGET: ReadonlySet<string> = new Set([
  'broadcast',
  'thread-list',
  'search',
  'sticker-search',
  'member-info',
  'role-info',
  'emoji-list',
  'emoji-upload',
  'sticker-upload',
  'role-add',
  'role-remove',
  'channel-info',
  'channel-list',
  'channel-create',
  'channel-edit',
  'channel-delete',
  'channel-move',
  'category-create',
  'category-edit',
  'category-delete',
  'voice-status',
  'event-list',
  'event-create',
  'timeout',
  'kick',
  'ban',
  'set-presence',
]);
/** Actions whose dry run tells where it would go. */
export const SHOWN_WHEN_DRY: ReadonlySet<string> = new Set(['send', 'thread-reply', 'poll']);
/** Actions that show somebody something, and so are kept inside the conversation's limits. */
export const SHOWING: ReadonlySet<string> = new Set([
  'send',
  'broadcast',
  'poll',
  'reply',
  'sendWithEffect',
  'sendAttachment',
  'thread-create',
  'thread-reply',
  'sticker',
]);

/** The contract's words, which depend on whether a channel has actions of its own. */
export function unsupportedAction({ id, actions }: ChannelFacts, action: string): string {
  if (actions.some(({ name }) => name !== 'send')) return `Action ${action} is not supported for provider ${id}.`;
  if (action === 'poll') return `Unsupported poll channel: ${id}`;
  return `Message action ${action} not supported for channel ${id}.`;
}
