import type { ChannelFacts } from '../contract/facts.ts';
import { isRecord } from '../record.ts';

/** Names of a channel's actions that its `actions` settings leave open, in the order of its facts. Pure. */
export function openActions(facts: ChannelFacts, settings: Readonly<Record<string, unknown>>): readonly string[] {
  const gates = isRecord(settings.actions) ? settings.actions : {};
  const isOpen = ({ gate, isOpen: byDefault }: ChannelFacts['actions'][number]): boolean => {
    const set = gate === undefined ? undefined : gates[gate];
    return typeof set === 'boolean' ? set : byDefault;
  };
  const names = facts.actions.filter(isOpen).map(({ name }) => name);
  return [...new Set(names)];
}
