/** A command as people type it. */
export interface ChatCommand {
  readonly key: string;
  readonly aliases: readonly string[];
  readonly acceptsArgs: boolean;
}

/** The commands every installation knows (reference agent/slash-commands.json). The first alias is the name others are read as. */
export const CHAT_COMMANDS: readonly ChatCommand[] = [
  { key: 'help', aliases: ['/help'], acceptsArgs: false },
  { key: 'commands', aliases: ['/commands'], acceptsArgs: false },
  { key: 'skill', aliases: ['/skill'], acceptsArgs: true },
  { key: 'status', aliases: ['/status'], acceptsArgs: false },
  { key: 'allowlist', aliases: ['/allowlist'], acceptsArgs: true },
  { key: 'approve', aliases: ['/approve'], acceptsArgs: true },
  { key: 'context', aliases: ['/context'], acceptsArgs: true },
  { key: 'export-session', aliases: ['/export-session', '/export'], acceptsArgs: true },
  { key: 'tts', aliases: ['/tts'], acceptsArgs: true },
  { key: 'whoami', aliases: ['/whoami', '/id'], acceptsArgs: false },
  { key: 'subagents', aliases: ['/subagents'], acceptsArgs: true },
  { key: 'kill', aliases: ['/kill'], acceptsArgs: true },
  { key: 'steer', aliases: ['/steer', '/tell'], acceptsArgs: true },
  { key: 'config', aliases: ['/config'], acceptsArgs: true },
  { key: 'debug', aliases: ['/debug'], acceptsArgs: true },
  { key: 'usage', aliases: ['/usage'], acceptsArgs: true },
  { key: 'stop', aliases: ['/stop'], acceptsArgs: false },
  { key: 'restart', aliases: ['/restart'], acceptsArgs: false },
  { key: 'activation', aliases: ['/activation'], acceptsArgs: true },
  { key: 'send', aliases: ['/send'], acceptsArgs: true },
  { key: 'reset', aliases: ['/reset'], acceptsArgs: true },
  { key: 'new', aliases: ['/new'], acceptsArgs: true },
  { key: 'compact', aliases: ['/compact'], acceptsArgs: true },
  { key: 'think', aliases: ['/think', '/thinking', '/t'], acceptsArgs: true },
  { key: 'verbose', aliases: ['/verbose', '/v'], acceptsArgs: true },
  { key: 'reasoning', aliases: ['/reasoning', '/reason'], acceptsArgs: true },
  { key: 'elevated', aliases: ['/elevated', '/elev'], acceptsArgs: true },
  { key: 'exec', aliases: ['/exec'], acceptsArgs: true },
  { key: 'model', aliases: ['/model'], acceptsArgs: true },
  { key: 'models', aliases: ['/models'], acceptsArgs: true },
  { key: 'queue', aliases: ['/queue'], acceptsArgs: true },
  { key: 'bash', aliases: ['/bash'], acceptsArgs: true },
  { key: 'dock:telegram', aliases: ['/dock-telegram', '/dock_telegram'], acceptsArgs: false },
  { key: 'dock:discord', aliases: ['/dock-discord', '/dock_discord'], acceptsArgs: false },
  { key: 'dock:slack', aliases: ['/dock-slack', '/dock_slack'], acceptsArgs: false },
];

/** Names that no skill may take, without slash. */
export function reservedCommandNames(): readonly string[] {
  return CHAT_COMMANDS.flatMap(({ aliases }) => aliases.map((alias) => alias.slice(1)));
}
