import { type IrcGuest, joinAsGuest, type Ngircd, startNgircd } from '@chela/channel-lab';
import type { Access, Place, Platform } from '../conformance.ts';

const ROOM = '#room';
const NICK = 'clawbot';
const ONCE = 'the server passes a message on once, and has no ids that could be given twice';
const NO_ANSWER = 'IRC has no answer that says so: a server that cannot take a line hangs up';
const NO_RECEIPTS =
  'the server keeps nothing and confirms nothing that could be looked up: such a message stays in the outbox as ambiguous';

/** IRC, by a real ngircd. */
export function ircPlatform(): Platform {
  let server: Ngircd;
  const guests = new Map<string, IrcGuest>();

  const guest = async (nick: string): Promise<IrcGuest> => {
    const known = guests.get(nick);
    if (known !== undefined) return known;
    const joined = await joinAsGuest(server, nick, [ROOM]);
    guests.set(nick, joined);
    return joined;
  };
  const dismiss = async (): Promise<void> => {
    for (const person of guests.values()) await person.close();
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
      revoked:
        'the server has no way to take a login back; a ban shows at the next login, which the adapter tests cover',
    },
    async start() {
      server = await startNgircd({ cloakHost: 'user.fake.test' });
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
      channels: [ROOM],
      dmPolicy,
      allowFrom: dmPolicy === 'open' ? ['*'] : [...allowed],
      groupPolicy: 'open',
      groups: { '*': { requireMention: true } },
    }),
    attach: dismiss,
    async says(person, text, { group, mention } = {}) {
      const speaker = await guest(person);
      speaker.say(group === undefined ? NICK : ROOM, mention ? `${NICK}: ${text}` : text);
    },
    async repeatLast() {},
    async seen(place: Place) {
      const target = 'person' in place ? place.person : ROOM;
      const listener = 'person' in place ? guests.get(place.person) : [...guests.values()][0];
      const mark = ` PRIVMSG ${target} :`;
      return (listener?.lines ?? [])
        .filter((line) => line.startsWith(`:${NICK}`) && line.includes(mark))
        .map((line) => line.slice(line.indexOf(mark) + mark.length));
    },
    inject() {},
    async restart() {
      await dismiss();
      await server.kill();
      await server.start();
    },
    revoke() {},
    restore() {},
  };
}
