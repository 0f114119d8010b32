import { type IrcGuest, joinAsGuest, type Ngircd, startNgircd } from '@chela/channel-lab';
import type { Access, Place, Platform } from '../conformance.ts';

const ROOM = '#room';
const NICK = 'clawbot';
const PASSWORD = 'open-water';
const ONCE = 'the server passes a message on once, and has no ids that could be given twice';
const NO_ANSWER = 'IRC has no answer that says so: a server that cannot take a line hangs up';
const NO_RECEIPTS =
  'the server keeps nothing and confirms nothing that could be looked up: such a message stays in the outbox as ambiguous';

/** IRC, by a real ngircd. */
export function ircPlatform(): Platform {
  let server: Ngircd;
  const guests = new Map<string, IrcGuest>();
  /** What people read before the server went away. */
  const read = new Map<string, readonly string[]>();

  const guest = async (nick: string): Promise<IrcGuest> => {
    const known = guests.get(nick);
    if (known !== undefined) return known;
    const joined = await joinAsGuest(server, nick, [ROOM]);
    guests.set(nick, joined);
    return joined;
  };
  const linesOf = (person: string): readonly string[] => [
    ...(read.get(person) ?? []),
    ...(guests.get(person)?.lines ?? []),
  ];
  /** Everybody leaves; those who come again remember what they read. */
  const dismiss = async (): Promise<void> => {
    for (const [name, person] of guests) {
      read.set(name, linesOf(name));
      await person.close();
    }
    guests.clear();
  };

  return {
    channel: 'irc',
    skips: {
      duplicate: ONCE,
      busy: NO_ANSWER,
      broken: NO_ANSWER,
      'cut-before': NO_ANSWER,
      'cut-after': NO_RECEIPTS,
      'killed-in-send': NO_RECEIPTS,
    },
    // Of the line's 512 bytes, the limit that the channel sets by itself.
    messageChars: 350,
    async start() {
      server = await startNgircd({ cloakHost: 'user.fake.test', password: PASSWORD });
      return {};
    },
    async stop() {
      await dismiss();
      await server.close();
    },
    section: ({ dmPolicy, allowed = [] }: Access) => ({
      host: server.host,
      port: server.port,
      tls: false,
      nick: NICK,
      password: PASSWORD,
      channels: [ROOM],
      dmPolicy,
      allowFrom: dmPolicy === 'open' ? ['*'] : [...allowed],
      groupPolicy: 'open',
      groups: { '*': { requireMention: true } },
    }),
    async attach() {},
    async says(person, text, { group, mention } = {}) {
      const speaker = await guest(person);
      speaker.say(group === undefined ? NICK : ROOM, mention ? `${NICK}: ${text}` : text);
    },
    async repeatLast() {},
    async seen(place: Place) {
      const target = 'person' in place ? place.person : ROOM;
      const listener = 'person' in place ? place.person : [...guests.keys()][0];
      const mark = ` PRIVMSG ${target} :`;
      return linesOf(listener ?? '')
        .filter((line) => line.startsWith(`:${NICK}`) && line.includes(mark))
        .map((line) => line.slice(line.indexOf(mark) + mark.length));
    },
    inject() {},
    async restart() {
      await dismiss();
      await server.kill();
      await server.start();
    },
    async revoke() {
      await dismiss();
      await server.kill();
      await server.start({ password: `${PASSWORD}-no-more` });
    },
    async reset() {
      await dismiss();
      read.clear();
      await server.kill();
      await server.start();
    },
  };
}
