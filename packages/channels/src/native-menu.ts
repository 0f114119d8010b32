import type { NativeCommand } from '@chela/agent';
import type { Config } from '@chela/config';
import type { ChannelFacts } from './contract/facts.ts';
import { isRecord } from './record.ts';

export interface MenuInput {
  readonly config: Config;
  /** Merged settings of the account. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly facts: Pick<ChannelFacts, 'can'>;
  /** Commands of the gateway. */
  readonly own: readonly NativeCommand[];
  readonly skills: readonly NativeCommand[];
}

/**
 * The commands for the vendor's own menu: `commands.native` and `commands.nativeSkills` of the channel, else of the
 * gateway; `auto` is on where the channel has a menu (reference channels/framework.md §9). Pure.
 */
export function nativeMenu({ config, settings, facts, own, skills }: MenuInput): readonly NativeCommand[] {
  const isOn = (key: 'native' | 'nativeSkills'): boolean => {
    const ofChannel = isRecord(settings.commands) ? settings.commands[key] : undefined;
    const wish = ofChannel ?? config.commands?.[key];
    return typeof wish === 'boolean' ? wish : facts.can.nativeCommands;
  };
  return [...(isOn('native') ? own : []), ...(isOn('native') && isOn('nativeSkills') ? skills : [])];
}
