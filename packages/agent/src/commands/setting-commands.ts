import { classifySessionKey } from '../sessions/session-kind.ts';
import type { CommandHandler } from './command.ts';

/** Commands that change when a session answers and whether it may send (reference agent/sessions.md §10). Pure. */

export interface SettingCommand<M extends string> {
  readonly hasCommand: boolean;
  /** Undefined without an argument and for one that is not known. */
  readonly mode?: M;
}

const SEND_MODES = {
  on: 'allow',
  allow: 'allow',
  off: 'deny',
  deny: 'deny',
  inherit: 'inherit',
  default: 'inherit',
  reset: 'inherit',
} as const;
const ACTIVATION_MODES = { mention: 'mention', always: 'always' } as const;

/** `/send on|off|inherit`. */
export function parseSendCommand(text: string): SettingCommand<'allow' | 'deny' | 'inherit'> {
  return parseSetting('send', SEND_MODES, text);
}

/** `/activation mention|always`. */
export function parseActivationCommand(text: string): SettingCommand<'mention' | 'always'> {
  return parseSetting('activation', ACTIVATION_MODES, text);
}

function parseSetting<M extends string>(
  name: string,
  modes: Readonly<Record<string, M>>,
  text: string,
): SettingCommand<M> {
  const match = new RegExp(`^/${name}(?:\\s*:\\s*|\\s+|$)([a-z]+)?$`, 'i').exec(text.trim());
  if (match === null) return { hasCommand: false };
  const mode = modes[match[1]?.toLowerCase() ?? ''];
  return mode === undefined ? { hasCommand: true } : { hasCommand: true, mode };
}

const SEND_WORDS = { allow: 'on', deny: 'off', inherit: 'inherit' } as const;

export const answerSend: CommandHandler = ({ sender }, args) => {
  if (!sender.isOwner) return { text: '⚠️ /send is for the owner.' };
  const { mode } = parseSendCommand(`/send ${args}`);
  if (mode === undefined) return { text: '⚙️ Usage: /send on|off|inherit' };
  return {
    text: `⚙️ Send policy is now ${SEND_WORDS[mode]}.`,
    change: ({ sendPolicy: _before, ...entry }) => (mode === 'inherit' ? entry : { ...entry, sendPolicy: mode }),
  };
};

export const answerActivation: CommandHandler = ({ request, session }, args) => {
  const chatType = typeof session.entry?.chatType === 'string' ? session.entry.chatType : undefined;
  if (classifySessionKey(request.sessionKey, chatType).kind !== 'group') {
    return { text: '⚙️ Activation can only be set in a group chat.' };
  }
  const { mode } = parseActivationCommand(`/activation ${args}`);
  if (mode === undefined) return { text: '⚙️ Usage: /activation mention|always' };
  return {
    text: `⚙️ Group activation is now ${mode}.`,
    change: (entry) => ({ ...entry, groupActivation: mode, groupActivationNeedsSystemIntro: true }),
  };
};
