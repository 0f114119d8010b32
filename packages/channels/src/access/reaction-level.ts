import type { ChannelFacts } from '../contract/facts.ts';

type Settings = Readonly<Record<string, unknown>>;

/** How freely agents react with an emoji; `off` and `ack` leave reactions to the gateway (reference channels/telegram.md §1). */
export type ReactionLevel = 'off' | 'ack' | 'minimal' | 'extensive';

const LEVELS: readonly ReactionLevel[] = ['off', 'ack', 'minimal', 'extensive'];

/** Undefined on channels that know no levels. */
export function reactionLevel(facts: ChannelFacts, settings: Settings): ReactionLevel | undefined {
  if (facts.hasReactionLevel !== true) return undefined;
  return LEVELS.find((level) => level === settings.reactionLevel) ?? 'minimal';
}

/** Why an agent may not react; undefined when it may. Read by models: letter by letter. */
export function reactionProblem(facts: ChannelFacts, settings: Settings): string | undefined {
  const level = reactionLevel(facts, settings);
  if (level !== 'off' && level !== 'ack') return undefined;
  const { id, label } = facts;
  return (
    `${label} agent reactions disabled (reactionLevel="${level}"). ` +
    `Set channels.${id}.reactionLevel to "minimal" or "extensive" to enable.`
  );
}
