import type { AllowlistSyntax } from '../contract/adapter.ts';
import type { InboundSender } from '../contract/inbound.ts';
import { firstList, firstText, type GroupSettings, isSwitchedOff } from './group-settings.ts';
import { entriesOf, type Listing, listingOf } from './lists.ts';

/** Who may write to us in a group (reference channels/framework.md §7, irc.md "Access"). Pure. */

export type GroupPolicy = 'open' | 'allowlist' | 'disabled';

export type GroupAccess =
  | { readonly kind: 'allowed'; readonly listing: Listing }
  | { readonly kind: 'refused'; readonly reason: GroupRefusal };

export type GroupRefusal =
  | 'the group is switched off'
  | 'the group is not in the list of groups'
  | 'group messages are switched off'
  | 'the sender is not on the allowlist of the group';

export interface GroupQuestion {
  /** Merged settings of the account. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly group: GroupSettings;
  readonly sender: InboundSender;
  readonly syntax: AllowlistSyntax;
  /**
   * What `allowlist` lists: `senders` the people of `groupAllowFrom`, whatever the group; `groups` the groups of `groups`,
   * whoever writes there unless a list of people says otherwise.
   */
  readonly listed: 'senders' | 'groups';
  /** Ids that were let in by pairing. */
  readonly paired: readonly string[];
}

/** The default is the schema's: nobody who is not listed. */
export function groupPolicy({ settings, group }: Pick<GroupQuestion, 'settings' | 'group'>): GroupPolicy {
  const word = firstText(group, 'groupPolicy') ?? settings.groupPolicy;
  return word === 'open' || word === 'disabled' ? word : 'allowlist';
}

export function groupAccess(question: GroupQuestion): GroupAccess {
  const { group } = question;
  const policy = groupPolicy(question);
  if (policy === 'disabled') return { kind: 'refused', reason: 'group messages are switched off' };
  // Where `groups` is what the policy lists, an open one needs no entry (reference channels/irc.md "Access").
  const mustBeKnown = question.listed === 'groups' ? policy === 'allowlist' : group.isListed;
  if (mustBeKnown && !group.isKnown) return { kind: 'refused', reason: 'the group is not in the list of groups' };
  if (isSwitchedOff(group)) return { kind: 'refused', reason: 'the group is switched off' };
  const people = listedPeople(question);
  const listing = people === undefined ? 'missing' : listingOf(people.entries, question.sender, question.syntax);
  if (listing !== 'missing' || (policy === 'open' && people?.isOwn !== true)) return { kind: 'allowed', listing };
  return { kind: 'refused', reason: 'the sender is not on the allowlist of the group' };
}

/** The people who may write; `isOwn`: the list is the group's, so it counts under every policy. Undefined: no list at all. */
function listedPeople(
  question: GroupQuestion,
): { readonly entries: readonly string[]; readonly isOwn: boolean } | undefined {
  const { settings, group } = question;
  const own = entriesOf(firstList(group, 'allowFrom'));
  if (own !== undefined) return { entries: own, isOwn: true };
  const forGroups = entriesOf(settings.groupAllowFrom);
  if (question.listed === 'groups') {
    const entries = [...(forGroups ?? []), ...question.paired];
    return entries.length === 0 ? undefined : { entries, isOwn: (forGroups ?? []).length > 0 };
  }
  const direct = entriesOf(settings.allowFrom) ?? [];
  const entries = forGroups ?? direct;
  return entries.length === 0 ? undefined : { entries, isOwn: false };
}
