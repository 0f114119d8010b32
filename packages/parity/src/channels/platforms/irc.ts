import { type IrcGuest, joinAsGuest, startNgircd } from '@chela/channel-lab';
import type { JsonObject } from '../../json-value.ts';
import type { ChannelPlatform, RunningPlatform } from '../platform.ts';

const NICK = 'clawbot';
const ROOM = '#claw';
/** What the server shows of everybody's address. */
const HOST = 'user.fake.test';
const OWN_MASK = `:${NICK}!~${NICK}@${HOST}`;
const PEOPLE = ['alice', 'bob'];
const CONNECT_MS = 20_000;
/** A line as the server relays it. */
const RELAYED = /^:([^!\s]+)![^\s]+ PRIVMSG (\S+) :(.*)$/;

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

/** IRC, by a real ngircd with two people on it. */
export const ircPlatform: ChannelPlatform = {
  channel: 'irc',
  async start() {
    const server = await startNgircd({ cloakHost: HOST });
    const people = await Promise.all(PEOPLE.map((nick) => joinAsGuest(server, nick, [ROOM])));

    return {
      env: {},
      facts: { port: server.port },
      instead: INSTEAD,
      calls: () => [],
      isOfStart: () => false,
      fail: () => undefined,
      connected: () => joined(people),
      push: refuse,
      view: ({ method, params }) => ({ method, params: { ...params } }),
      isMessageId: () => false,
      async inbound({ line }) {
        const [, nick, target = '', text = ''] = RELAYED.exec(String(line)) ?? [];
        const speaker = people.find((person) => person.nick === nick);
        if (speaker === undefined) throw new Error(`nobody on the server can say ${String(line)}`);
        speaker.say(target, text);
        return undefined;
      },
      outbound: () => people.flatMap((person, at) => seenBy(person, at === 0)),
      async stop() {
        await Promise.all(people.map((person) => person.close()));
        await server.close();
      },
    };
  },
};

/** What we said to a person, and to the room when it is this one who listens there. */
function seenBy({ nick, lines }: IrcGuest, isListener: boolean): readonly JsonObject[] {
  const targets = isListener ? [nick, ROOM] : [nick];
  return lines
    .filter((line) => targets.some((target) => line.startsWith(`${OWN_MASK} PRIVMSG ${target} :`)))
    .map((line) => ({ service: 'irc', observedBy: nick, line }));
}

/** Resolves once everybody saw us come into the room. */
async function joined(people: readonly IrcGuest[]): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${NICK} did not join ${ROOM}`)), CONNECT_MS);
  try {
    await Promise.race([Promise.all(people.map((person) => person.hears(`${OWN_MASK} JOIN `))), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function refuse(): Promise<never> {
  throw new Error('the cases of irc are recorded step by step');
}
