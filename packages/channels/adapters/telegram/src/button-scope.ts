import type { ChannelAdapter } from '@chela/channels/adapter';
import { listIn, oneOf, recordIn, stringIn } from './json.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Where buttons of ours may stand and be pressed; `allowlist` is judged with everything else about the person. */
export type ButtonScope = 'off' | 'dm' | 'group' | 'all' | 'allowlist';

const SCOPES: readonly ButtonScope[] = ['off', 'dm', 'group', 'all', 'allowlist'];

/** `capabilities`: a list that names them or not, or an object with their scope (reference channels/telegram.md §1). */
export function buttonScope(settings: Settings): ButtonScope {
  if (Array.isArray(settings.capabilities)) {
    return listIn(settings, 'capabilities').includes('inlineButtons') ? 'all' : 'off';
  }
  return oneOf(stringIn(recordIn(settings, 'capabilities'), 'inlineButtons'), SCOPES, 'allowlist');
}

/** Read by models: letter by letter. */
export const buttonProblem: NonNullable<ChannelAdapter['buttonProblem']> = (settings, { to }) => {
  const scope = buttonScope(settings);
  const isGroup = to.startsWith('-') || to.startsWith('@');
  if (scope === 'off') {
    return 'Telegram inline buttons are disabled. Set channels.telegram.capabilities.inlineButtons to "dm", "group", "all", or "allowlist".';
  }
  if (scope === 'dm' && isGroup) return 'Telegram inline buttons are limited to DMs when inlineButtons="dm".';
  if (scope === 'group' && !isGroup) return 'Telegram inline buttons are limited to groups when inlineButtons="group".';
  return undefined;
};
