/** Commands that change how a session answers (reference agent/sessions.md §10). Pure. */

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
  const match = new RegExp(`^/${name}(?:\\s*:)?(?:\\s+([a-z]+))?\\s*$`, 'i').exec(text.trim());
  if (match === null) return { hasCommand: false };
  const mode = modes[match[1]?.toLowerCase() ?? ''];
  return mode === undefined ? { hasCommand: true } : { hasCommand: true, mode };
}
