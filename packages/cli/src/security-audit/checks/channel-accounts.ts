import { type Premises, sectionOf } from '../finding.ts';

export type Section = Readonly<Record<string, unknown>>;

/** The settings of each account of a channel, over those of the channel; none for one that is not set up or off. */
export function channelAccounts({ at }: Pick<Premises, 'at'>, channel: string): readonly Section[] {
  const section = sectionOf(at(`channels.${channel}`));
  if (Object.keys(section).length === 0 || section.enabled === false) return [];
  const own = Object.values(sectionOf(section.accounts)).map(sectionOf);
  const all = own.length === 0 ? [section] : own.map((account) => ({ ...section, ...account }));
  return all.filter(({ enabled }) => enabled !== false);
}

/** Channels that show commands in their own menu when nothing is said. */
const SHOWS_BY_ITSELF: ReadonlySet<string> = new Set(['discord', 'telegram']);

/** Whether commands of a kind appear in the menu of a channel. */
export function showsCommands(
  { at }: Pick<Premises, 'at'>,
  channel: string,
  account: Section,
  kind: 'native' | 'nativeSkills',
): boolean {
  const value = sectionOf(account.commands)[kind] ?? at(`commands.${kind}`) ?? 'auto';
  return value === true || (value === 'auto' && SHOWS_BY_ITSELF.has(channel));
}
