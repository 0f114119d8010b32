export type CommandCategory = 'session' | 'options' | 'status' | 'management' | 'media' | 'tools' | 'docks';

/** A command as people type it. */
export interface ChatCommand {
  readonly key: string;
  readonly category: CommandCategory;
  readonly aliases: readonly string[];
  readonly acceptsArgs: boolean;
  /** A number behind the name is the page to show, whether or not it takes arguments. */
  readonly hasPages?: true;
  /** What the list shows behind the name. */
  readonly takes?: string;
  readonly does: string;
}

/** The commands every installation knows (reference agent/slash-commands.json). The first alias is the name others are read as. */
export const CHAT_COMMANDS: readonly ChatCommand[] = [
  { key: 'help', category: 'status', aliases: ['/help'], acceptsArgs: false, does: 'What you can do here.' },
  {
    key: 'commands',
    category: 'status',
    aliases: ['/commands'],
    acceptsArgs: false,
    hasPages: true,
    does: 'This list.',
  },
  { key: 'skill', category: 'tools', aliases: ['/skill'], acceptsArgs: true, does: 'Run a skill by its name.' },
  {
    key: 'status',
    category: 'status',
    aliases: ['/status'],
    acceptsArgs: false,
    does: 'Model, context and settings of this session.',
  },
  {
    key: 'allowlist',
    category: 'management',
    aliases: ['/allowlist'],
    acceptsArgs: true,
    takes: '[text]',
    does: 'Allowlist of a channel: list/add/remove entries.',
  },
  {
    key: 'approve',
    category: 'management',
    aliases: ['/approve'],
    acceptsArgs: true,
    does: 'Allow or deny a command that waits for your word.',
  },
  {
    key: 'context',
    category: 'status',
    aliases: ['/context'],
    acceptsArgs: true,
    does: 'What the model is given, and how big it is.',
  },
  {
    key: 'export-session',
    category: 'status',
    aliases: ['/export-session', '/export'],
    acceptsArgs: true,
    does: 'Write this session and its system prompt to an HTML file.',
  },
  { key: 'tts', category: 'media', aliases: ['/tts'], acceptsArgs: true, does: 'Turn spoken answers on or off.' },
  { key: 'whoami', category: 'status', aliases: ['/whoami', '/id'], acceptsArgs: false, does: 'Your id as a sender.' },
  {
    key: 'subagents',
    category: 'management',
    aliases: ['/subagents'],
    acceptsArgs: true,
    does: 'List, stop, read, start or steer sub-agents of this session.',
  },
  {
    key: 'kill',
    category: 'management',
    aliases: ['/kill'],
    acceptsArgs: true,
    does: 'Stop a running sub-agent, or all.',
  },
  {
    key: 'steer',
    category: 'management',
    aliases: ['/steer', '/tell'],
    acceptsArgs: true,
    does: 'Give a running sub-agent a new message.',
  },
  {
    key: 'config',
    category: 'management',
    aliases: ['/config'],
    acceptsArgs: true,
    does: 'Read or change the configuration file.',
  },
  {
    key: 'debug',
    category: 'management',
    aliases: ['/debug'],
    acceptsArgs: true,
    does: 'Settings that last until the next start.',
  },
  {
    key: 'usage',
    category: 'options',
    aliases: ['/usage'],
    acceptsArgs: true,
    does: 'Footer with tokens under answers, or what it cost.',
  },
  { key: 'stop', category: 'session', aliases: ['/stop'], acceptsArgs: false, does: 'Stop the current run.' },
  { key: 'restart', category: 'tools', aliases: ['/restart'], acceptsArgs: false, does: 'Restart the gateway.' },
  {
    key: 'activation',
    category: 'management',
    aliases: ['/activation'],
    acceptsArgs: true,
    does: 'When the agent answers in a group.',
  },
  {
    key: 'send',
    category: 'management',
    aliases: ['/send'],
    acceptsArgs: true,
    does: 'Whether messages may be sent from this session.',
  },
  { key: 'reset', category: 'session', aliases: ['/reset'], acceptsArgs: true, does: 'Start this session over.' },
  { key: 'new', category: 'session', aliases: ['/new'], acceptsArgs: true, does: 'Start a new session.' },
  {
    key: 'compact',
    category: 'session',
    aliases: ['/compact'],
    acceptsArgs: true,
    does: 'Summarise the session to make room.',
  },
  {
    key: 'think',
    category: 'options',
    aliases: ['/think', '/thinking', '/t'],
    acceptsArgs: true,
    does: 'How hard the model thinks.',
  },
  {
    key: 'verbose',
    category: 'options',
    aliases: ['/verbose', '/v'],
    acceptsArgs: true,
    does: 'Show what happens behind an answer.',
  },
  {
    key: 'reasoning',
    category: 'options',
    aliases: ['/reasoning', '/reason'],
    acceptsArgs: true,
    does: 'Show the reasoning of the model.',
  },
  {
    key: 'elevated',
    category: 'options',
    aliases: ['/elevated', '/elev'],
    acceptsArgs: true,
    does: 'Elevated rights for commands.',
  },
  {
    key: 'exec',
    category: 'options',
    aliases: ['/exec'],
    acceptsArgs: true,
    does: 'How commands run in this session.',
  },
  { key: 'model', category: 'options', aliases: ['/model'], acceptsArgs: true, does: 'Show or choose the model.' },
  { key: 'models', category: 'options', aliases: ['/models'], acceptsArgs: true, does: 'Providers and their models.' },
  {
    key: 'queue',
    category: 'options',
    aliases: ['/queue'],
    acceptsArgs: true,
    does: 'What happens to messages during a run.',
  },
  {
    key: 'bash',
    category: 'tools',
    aliases: ['/bash'],
    acceptsArgs: true,
    takes: '[text]',
    does: 'Run a command on the host.',
  },
  {
    key: 'dock:telegram',
    category: 'docks',
    aliases: ['/dock-telegram', '/dock_telegram'],
    acceptsArgs: false,
    does: 'Send answers to Telegram from now on.',
  },
  {
    key: 'dock:discord',
    category: 'docks',
    aliases: ['/dock-discord', '/dock_discord'],
    acceptsArgs: false,
    does: 'Send answers to Discord from now on.',
  },
  {
    key: 'dock:slack',
    category: 'docks',
    aliases: ['/dock-slack', '/dock_slack'],
    acceptsArgs: false,
    does: 'Send answers to Slack from now on.',
  },
];

/** Names that no skill may take, without slash. */
export function reservedCommandNames(): readonly string[] {
  return CHAT_COMMANDS.flatMap(({ aliases }) => aliases.map((alias) => alias.slice(1)));
}
