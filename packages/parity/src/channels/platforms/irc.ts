import { type IrcGuest, joinAsGuest, startNgircd } from '@chela/channel-lab';
import { isJsonObject, type JsonObject, listOf, stringOf, valueAt } from '../../json-value.ts';
import type { ChannelPlatform, RunningPlatform } from '../platform.ts';

/** Of an account that does not say its own. */
const NICK = 'clawbot';
/** What the server shows of everybody's address. */
const HOST = 'user.fake.test';
const OWN_MASK = `:${NICK}!~${NICK}@${HOST}`;
const PEOPLE = ['alice', 'bob'];
const CONNECT_MS = 20_000;
const WHOIS_EVERY_MS = 200;
/** A line as the server relays it: who, by which command, to whom, what. */
const RELAYED = /^:([^!\s]+)!\S+ ([A-Z]+) (\S+) :?(.*)$/;
/** What `/me` puts before the words. */
const ACTION = '\u0001ACTION ';
/** A control character with what may be the numbers of a colour. */
const FORMAT_CODE = /([^\P{Cc}\n])(\d{1,2}(?:,\d{1,2})?)?/gu;
const COLOUR = '\u0003';
const isRoom = (target: string): boolean => /^[#&]/.test(target);

/** An answer to alice, a line each. */
const toAlice = (...lines: readonly string[]): readonly JsonObject[] =>
  lines.map((line) => ({ service: 'irc', observedBy: 'alice', line: `${OWN_MASK} PRIVMSG alice :${line}` }));

const sentences = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `Sentence number ${from + at} of a long scripted reply.`).join(' ');

/** What goes out in place of what the recordings show as a defect: each line of an answer is a message, without Markdown. */
const INSTEAD: NonNullable<RunningPlatform['instead']> = {
  'irc/long-and-multiline': [
    toAlice(
      `${sentences(1, 7)} Sentence number 8 of a long scripted`,
      `reply. ${sentences(9, 15)} Sentence number 16 of a long`,
      `scripted reply. ${sentences(17, 20)}`,
      'Second paragraph.',
    ),
  ],
  'irc/markdown': [
    toAlice(
      'Title',
      'Some bold and italic with code and a link (https://example.com/x).',
      '• one',
      '• two',
      'const a = 1;',
      '| Name | Value |',
      '| ---- | ----- |',
      '| A    | 1     |',
      '| B    | 2     |',
      'End.',
    ),
  ],
};

/** IRC, by a real ngircd with two people on it, who are in every channel that the account joins. */
export const ircPlatform: ChannelPlatform = {
  channel: 'irc',
  async start(config) {
    const section = valueAt(config, 'channels.irc');
    const account = { ...(isJsonObject(section) ? section : {}), ...firstAccount(section) };
    const nick = stringOf(account.nick) ?? NICK;
    const rooms = listOf(account.channels).map(String);
    const server = await startNgircd({ cloakHost: HOST });
    const people = new Map<string, IrcGuest>();
    /** What we said, in the order in which people read it. */
    const said: JsonObject[] = [];
    const person = async (name: string): Promise<IrcGuest> => {
      const known = people.get(name);
      if (known !== undefined) return known;
      const isListener = people.size === 0;
      const joined = await joinAsGuest(server, name, rooms, (line) =>
        said.push(...seenBy(name, line, nick, isListener)),
      );
      people.set(name, joined);
      return joined;
    };
    for (const name of PEOPLE) await person(name);

    return {
      env: {},
      facts: { port: server.port },
      instead: INSTEAD,
      calls: () => [],
      isOfStart: () => false,
      fail: () => undefined,
      connected: () => cameOn([...people.values()], nick, rooms),
      push: refuse,
      view: ({ method, params }) => ({ method, params: { ...params } }),
      isMessageId: () => false,
      async inbound({ line }) {
        const [, name = '', command = '', target = '', text = ''] = RELAYED.exec(String(line)) ?? [];
        if (name === '') throw new Error(`nobody on the server can say ${String(line)}`);
        (await person(name)).raw(`${command} ${target} :${text}`);
        return undefined;
      },
      outbound: () => said,
      // A tool of the recording wrote from a second connection with a stand-in for the nick; ours has one connection.
      inPlaceOf: (recorded) =>
        recorded.map((call) => ({ ...call, line: String(call.line).replace(`:${nick}_!`, `:${nick}!`) })),
      heardInPlaceOf: withoutMarks,
      words({ line, observedBy }) {
        const [, , , target = '', text = ''] = RELAYED.exec(String(line)) ?? [];
        return { place: `${String(observedBy)} at ${target}`, text };
      },
      async stop() {
        await Promise.all([...people.values()].map((one) => one.close()));
        await server.close();
      },
    };
  },
};

/** The recording shows the model the codes of terminals and the wrapping of `/me`; ours shows it the words and who acts. */
function withoutMarks(text: string): string {
  const at = text.lastIndexOf(ACTION);
  const [, who = ''] = /"sender": "([^!"]+)/.exec(text) ?? [];
  const told = at < 0 ? text : `${text.slice(0, at)}* ${who} ${text.slice(at + ACTION.length)}`;
  return told.replace(FORMAT_CODE, (_code, sign: string, digits: string = '') => (sign === COLOUR ? '' : digits));
}

function firstAccount(section: unknown): JsonObject {
  const [account] = Object.values(Object(valueAt(section, 'accounts') ?? {}));
  return isJsonObject(account) ? account : {};
}

/** A line that we said to a person, or to a channel when it is this one who listens there. */
function seenBy(observedBy: string, line: string, ownNick: string, isListener: boolean): readonly JsonObject[] {
  const [, from = '', command, target = ''] = RELAYED.exec(line) ?? [];
  const isOurs = command === 'PRIVMSG' && from.replace(/_+$/, '') === ownNick;
  const isHeard = isRoom(target) ? isListener : target === observedBy;
  return isOurs && isHeard ? [{ service: 'irc', observedBy, line }] : [];
}

/** Resolves once everybody saw us come into the channels, or, without any, once we are on the server. */
async function cameOn(people: readonly IrcGuest[], nick: string, rooms: readonly string[]): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${nick} did not come to ${rooms.join(' ')}`)), CONNECT_MS);
  const mask = `:${nick}!`;
  const ask = setInterval(() => {
    if (rooms.length === 0) for (const one of people.slice(0, 1)) one.raw(`WHOIS ${nick}`);
  }, WHOIS_EVERY_MS);
  const came = rooms.length === 0 ? people.slice(0, 1).map((one) => one.hears(` 311 ${one.nick} ${nick} `)) : [];
  const joined = rooms.flatMap((room) =>
    people.map((one) => one.hears(new RegExp(`^${literal(mask)}\\S+ JOIN :?${literal(room)}(\\s|$)`, 'i'))),
  );
  try {
    await Promise.race([Promise.all([...came, ...joined]), late.promise]);
  } finally {
    clearTimeout(timer);
    clearInterval(ask);
  }
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

async function refuse(): Promise<never> {
  throw new Error('the cases of irc are recorded step by step');
}
