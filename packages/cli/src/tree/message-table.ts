/** The commands of `message` as data: what they are called, which action they ask for, and what they take. */

export interface MessageFlag {
  /** In commander's writing, e.g. `--limit <n>`. */
  readonly flags: string;
  readonly what: string;
  readonly isRequired?: true;
  /** May be given several times. */
  readonly isList?: true;
}

export interface MessageCommand {
  /** Words behind `message`. */
  readonly path: readonly string[];
  /** Name of the message tool's action (reference channels/framework.md §18). */
  readonly action: string;
  readonly what: string;
  readonly flags: readonly MessageFlag[];
}

const flag = (flags: string, what: string): MessageFlag => ({ flags, what });
const required = (flags: string, what: string): MessageFlag => ({ flags, what, isRequired: true });
const list = (flags: string, what: string): MessageFlag => ({ flags, what, isList: true });

const TARGET = required('-t, --target <dest>', 'who or where: an id, a name, a channel');
const MESSAGE_ID = required('--message-id <id>', 'id of the message');
const GUILD = required('--guild-id <id>', 'id of the server');
const USER = required('--user-id <id>', 'id of the person');
const ROLE = required('--role-id <id>', 'id of the role');
const LIMIT = flag('--limit <n>', 'at most this many');
const TEXT = flag('-m, --message <text>', 'what to say');
const SAID = required('-m, --message <text>', 'what to say');
const MEDIA = flag('--media <path-or-url>', 'a file to send along');
const NEEDED_MEDIA = required('--media <path-or-url>', 'the picture');
const REPLY_TO = flag('--reply-to <id>', 'id of the message that is answered');
const THREAD = flag('--thread-id <id>', 'topic or thread');
const SILENT = flag('--silent', 'without a sound');
const CHANNEL_ID = flag('--channel-id <id>', 'id of a channel of the server');
const REASON = flag('--reason <text>', 'shown in the log of the server');

/** Reference cli/commands.json. */
export const MESSAGE_COMMANDS: readonly MessageCommand[] = [
  {
    path: ['send'],
    action: 'send',
    what: 'send a message',
    flags: [
      TEXT,
      TARGET,
      MEDIA,
      flag('--buttons <json>', 'rows of buttons: [[{"text":"Yes","callback_data":"yes"}]]'),
      flag('--components <json>', 'components of Discord'),
      flag('--card <json>', 'an adaptive card'),
      REPLY_TO,
      THREAD,
      flag('--gif-playback', 'show a video as a moving picture'),
      SILENT,
    ],
  },
  {
    path: ['broadcast'],
    action: 'broadcast',
    what: 'send one message to several places',
    flags: [
      required('--targets <target...>', 'who and where'),
      flag('--message <text>', 'what to say'),
      flag('--media <url>', 'a file to send along'),
    ],
  },
  {
    path: ['poll'],
    action: 'poll',
    what: 'ask people to vote',
    flags: [
      TARGET,
      required('--poll-question <text>', 'the question'),
      list('--poll-option <choice>', 'an answer to choose; give two or more'),
      flag('--poll-multi', 'several answers may be chosen'),
      flag('--poll-duration-hours <n>', 'open for so many hours'),
      flag('--poll-duration-seconds <n>', 'open for so many seconds'),
      flag('--poll-anonymous', 'nobody sees who chose what'),
      flag('--poll-public', 'everybody sees who chose what'),
      TEXT,
      SILENT,
      THREAD,
    ],
  },
  {
    path: ['react'],
    action: 'react',
    what: 'put a reaction on a message, or take it away',
    flags: [
      TARGET,
      MESSAGE_ID,
      flag('--emoji <emoji>', 'the reaction; empty takes it away'),
      flag('--remove', 'take it away'),
      flag('--participant <id>', 'who wrote the message, in groups of WhatsApp'),
      flag('--from-me', 'we wrote it'),
      flag('--target-author <id>', 'who wrote it, on Signal'),
      flag('--target-author-uuid <uuid>', 'the same by uuid'),
    ],
  },
  { path: ['reactions'], action: 'reactions', what: 'who reacted how', flags: [TARGET, MESSAGE_ID, LIMIT] },
  {
    path: ['read'],
    action: 'read',
    what: 'the latest messages of a conversation',
    flags: [
      TARGET,
      LIMIT,
      flag('--before <id>', 'older than this message'),
      flag('--after <id>', 'newer than this message'),
      flag('--around <id>', 'on both sides of this message'),
      flag('--include-thread', 'with the answers of threads'),
    ],
  },
  { path: ['edit'], action: 'edit', what: 'change a message of ours', flags: [MESSAGE_ID, SAID, TARGET, THREAD] },
  { path: ['delete'], action: 'delete', what: 'delete a message', flags: [MESSAGE_ID, TARGET] },
  { path: ['pin'], action: 'pin', what: 'pin a message', flags: [TARGET, MESSAGE_ID] },
  { path: ['unpin'], action: 'unpin', what: 'unpin a message', flags: [TARGET, MESSAGE_ID] },
  { path: ['pins'], action: 'list-pins', what: 'pinned messages', flags: [TARGET, LIMIT] },
  { path: ['permissions'], action: 'permissions', what: 'what we may do there', flags: [TARGET] },
  {
    path: ['search'],
    action: 'search',
    what: 'look for messages of a server',
    flags: [
      GUILD,
      required('--query <text>', 'what to look for'),
      CHANNEL_ID,
      list('--channel-ids <id>', 'only there'),
      flag('--author-id <id>', 'only from them'),
      list('--author-ids <id>', 'only from them'),
      LIMIT,
    ],
  },
  {
    path: ['thread', 'create'],
    action: 'thread-create',
    what: 'open a thread',
    flags: [
      required('--thread-name <name>', 'what it is called'),
      TARGET,
      flag('--message-id <id>', 'the message it hangs on'),
      TEXT,
      flag('--auto-archive-min <n>', 'put away after so many quiet minutes'),
    ],
  },
  {
    path: ['thread', 'list'],
    action: 'thread-list',
    what: 'threads of a server',
    flags: [
      GUILD,
      CHANNEL_ID,
      flag('--include-archived', 'with those put away'),
      flag('--before <id>', 'older than this one'),
      LIMIT,
    ],
  },
  {
    path: ['thread', 'reply'],
    action: 'thread-reply',
    what: 'answer in a thread',
    flags: [SAID, TARGET, MEDIA, REPLY_TO],
  },
  {
    path: ['emoji', 'list'],
    action: 'emoji-list',
    what: 'emoji of their own',
    flags: [flag('--guild-id <id>', 'id of the server')],
  },
  {
    path: ['emoji', 'upload'],
    action: 'emoji-upload',
    what: 'add an emoji',
    flags: [
      GUILD,
      required('--emoji-name <name>', 'its name'),
      NEEDED_MEDIA,
      list('--role-ids <id>', 'who may use it'),
    ],
  },
  {
    path: ['sticker', 'send'],
    action: 'sticker',
    what: 'send stickers',
    flags: [TARGET, { ...required('--sticker-id <id>', 'id of the sticker'), isList: true }, TEXT],
  },
  {
    path: ['sticker', 'upload'],
    action: 'sticker-upload',
    what: 'add a sticker',
    flags: [
      GUILD,
      required('--sticker-name <name>', 'its name'),
      required('--sticker-desc <text>', 'what it shows'),
      required('--sticker-tags <tags>', 'the emoji it belongs to'),
      NEEDED_MEDIA,
    ],
  },
  { path: ['role', 'info'], action: 'role-info', what: 'roles of a server', flags: [GUILD] },
  { path: ['role', 'add'], action: 'role-add', what: 'give somebody a role', flags: [GUILD, USER, ROLE] },
  { path: ['role', 'remove'], action: 'role-remove', what: 'take a role away', flags: [GUILD, USER, ROLE] },
  { path: ['channel', 'info'], action: 'channel-info', what: 'about a channel', flags: [TARGET] },
  { path: ['channel', 'list'], action: 'channel-list', what: 'channels of a server', flags: [GUILD] },
  {
    path: ['member', 'info'],
    action: 'member-info',
    what: 'about a person',
    flags: [USER, flag('--guild-id <id>', 'id of the server')],
  },
  { path: ['voice', 'status'], action: 'voice-status', what: 'is somebody in a voice channel', flags: [GUILD, USER] },
  { path: ['event', 'list'], action: 'event-list', what: 'planned events', flags: [GUILD] },
  {
    path: ['event', 'create'],
    action: 'event-create',
    what: 'plan an event',
    flags: [
      GUILD,
      required('--event-name <name>', 'what it is called'),
      required('--start-time <iso>', 'when it starts'),
      flag('--end-time <iso>', 'when it ends'),
      flag('--desc <text>', 'what it is about'),
      CHANNEL_ID,
      flag('--location <text>', 'where, when it is elsewhere'),
      flag('--event-type <stage|external|voice>', 'what kind'),
    ],
  },
  {
    path: ['timeout'],
    action: 'timeout',
    what: 'silence somebody for a while',
    flags: [GUILD, USER, flag('--duration-min <n>', 'minutes'), flag('--until <iso>', 'until then'), REASON],
  },
  { path: ['kick'], action: 'kick', what: 'put somebody out', flags: [GUILD, USER, REASON] },
  {
    path: ['ban'],
    action: 'ban',
    what: 'put somebody out for good',
    flags: [GUILD, USER, REASON, flag('--delete-days <n>', 'delete what they wrote in so many days')],
  },
];
