import { createProviderMock } from '@chela/parity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../../harness/operator.ts';

/** A place where messages are seen: a conversation with one person, or a group. */
export type Place = { readonly person: string } | { readonly group: string };

export interface Access {
  readonly dmPolicy: 'pairing' | 'allowlist' | 'open' | 'disabled';
  /** People by name. */
  readonly allowed?: readonly string[];
}

/** What can be made to go wrong; the next thing that is sent to the vendor meets it, once. `hang-after` is shown and never answered. */
export type Fault = 'busy' | 'broken' | 'cut-before' | 'cut-after' | 'hang-after';

/** What the suite asks of a channel; a reason a user would accept is the only way around one. */
export const SITUATIONS = [
  'direct',
  'pairing',
  'allowlist',
  'disabled',
  'mention',
  'duplicate',
  'order',
  'long',
  'silence',
  'model-error',
  'busy',
  'broken',
  'cut-before',
  'cut-after',
  'vendor-restart',
  'revoked',
  'killed-in-turn',
  'killed-in-send',
] as const;
export type Situation = (typeof SITUATIONS)[number];

/** A vendor under test: a stand-in that speaks its wire, or the real server. */
export interface Platform {
  readonly channel: string;
  readonly skips: Partial<Readonly<Record<Situation, string>>>;
  /** Characters that one message of the vendor holds. */
  readonly messageChars: number;
  /** Starts the vendor; resolves with what the gateway's environment needs. */
  start(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
  /** `channels.<id>` for an account that reaches the vendor. */
  section(access: Access): Readonly<Record<string, unknown>>;
  /** Where a gateway listens now, for vendors that are its clients. */
  attach(gateway: { readonly url: string; readonly token: string }): Promise<void>;
  says(person: string, text: string, options?: { readonly group?: string; readonly mention?: boolean }): Promise<void>;
  /** Delivers what was said last once more. */
  repeatLast(): Promise<void>;
  /** Our messages in a place as they look now, oldest first. */
  seen(place: Place): Promise<readonly string[]>;
  inject(fault: Fault): void;
  /** Goes away and comes back; what was said meanwhile is delivered then where the vendor keeps it. */
  restart(): Promise<void>;
  /** Takes the account's credential back. */
  revoke(): Promise<void>;
  /** Mends what was broken, and forgets what was said. */
  reset(): Promise<void>;
}

const WAIT = { timeout: 20_000, interval: 50 };
/** Longer than an answer takes. */
const SILENCE_MS = 1_500;
/** A long answer is as many messages. */
const LONG_MESSAGES = 7;
/** Rows of the outbox that are not over. */
const OPEN = ['pending', 'sending', 'ambiguous'];

/** Runs every situation against a started gateway. */
export function channelConformance(name: string, createPlatform: () => Platform): void {
  describe(`the channel ${name}`, () => {
    const provider = createProviderMock();
    const platform = createPlatform();
    let providerUrl: string;
    let env: Readonly<Record<string, string>>;
    let home: GatewayHome;
    let gateway: GatewayProcess | undefined;
    let operator: Operator | undefined;

    beforeAll(async () => {
      providerUrl = `http://127.0.0.1:${await provider.start()}`;
      env = await platform.start();
    });
    afterAll(async () => {
      await platform.stop();
      await provider.stop();
    });
    beforeEach(async () => {
      home = await createHome();
      provider.script([]);
    });
    afterEach(async () => {
      await operator?.close();
      operator = undefined;
      await gateway?.end();
      gateway = undefined;
      await platform.reset();
      await home.remove();
    });

    const start = async (): Promise<void> => {
      gateway = await startGateway(home, { env });
      await platform.attach({ url: gateway.url, token: home.token });
      operator = await connectOperator(gateway.url, home.token);
    };
    const begin = async (access: Access): Promise<void> => {
      const channels = { [platform.channel]: platform.section(access) };
      const section = platform.channel === 'webchat' ? {} : { channels };
      await home.writeConfig(mockConfig(home, providerUrl, section));
      await start();
      if (platform.channel !== 'webchat') await expect.poll(isConnected, WAIT).toBe(true);
    };
    const account = async (): Promise<Record<string, unknown>> => {
      const status = Object(await operator?.request('channels.status'));
      return Object(Object(status.channelAccounts)[platform.channel]?.[0]);
    };
    const isConnected = async (): Promise<boolean> => Object((await account()).health).connection === 'connected';
    const unsent = async (): Promise<unknown> =>
      Object(await operator?.request('channels.outbox.list', { states: OPEN })).deliveries;
    const killed = async (): Promise<void> => {
      await operator?.close();
      await gateway?.end('SIGKILL');
      await start();
    };
    const answered = (place: Place, ...texts: readonly string[]): Promise<void> =>
      expect.poll(() => platform.seen(place), WAIT).toEqual(texts);
    /** Nothing shows that nothing will come but time. */
    const quiet = async (place: Place, before: readonly string[] = []): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
      expect(await platform.seen(place)).toEqual(before);
    };
    /** What a place shows once nothing is on its way any more. */
    const settled = async (place: Place, ...texts: readonly string[]): Promise<void> => {
      await answered(place, ...texts);
      await expect.poll(unsent, WAIT).toEqual([]);
      expect(await platform.seen(place)).toEqual(texts);
    };
    const always = (text: string, includes?: string) => ({
      text,
      repeat: 'always' as const,
      ...(includes !== undefined && { when: { includes } }),
    });
    const open: Access = { dmPolicy: 'open' };
    const situation = (id: Situation, what: string, run: () => Promise<void>): void => {
      const reason = platform.skips[id];
      if (reason !== undefined) test.skip(`${what} (left out: ${reason})`, run);
      else test(what, run);
    };

    situation('direct', 'answers somebody who may write', async () => {
      provider.script([always('Hello Ann.')]);
      await begin(open);
      await platform.says('ann', 'hello');
      await answered({ person: 'ann' }, 'Hello Ann.');
    });

    situation('pairing', 'gives a stranger a code once, and answers once the code is approved', async () => {
      provider.script([always('Welcome.')]);
      await begin({ dmPolicy: 'pairing' });
      await platform.says('ann', 'hello');
      await expect.poll(async () => (await platform.seen({ person: 'ann' })).length, WAIT).toBe(1);
      const [notice = ''] = await platform.seen({ person: 'ann' });
      const code = /[A-HJ-NP-Z2-9]{8}/.exec(notice.replace(/OpenClaw|openclaw/g, ''))?.[0] ?? '';
      await platform.says('ann', 'hello?');
      await quiet({ person: 'ann' }, [notice]);
      await operator?.request('channels.pairing.approve', { channel: platform.channel, code });
      await platform.says('ann', 'and now?');
      await answered({ person: 'ann' }, notice, 'Welcome.');
    });

    situation('allowlist', 'answers those on the list and nobody else', async () => {
      provider.script([always('Yes.')]);
      await begin({ dmPolicy: 'allowlist', allowed: ['ann'] });
      await platform.says('bob', 'hello');
      await platform.says('ann', 'hello');
      await answered({ person: 'ann' }, 'Yes.');
      await quiet({ person: 'bob' });
    });

    situation('disabled', 'says nothing to anybody when direct messages are off', async () => {
      provider.script([always('No.')]);
      await begin({ dmPolicy: 'disabled' });
      await platform.says('ann', 'hello');
      await quiet({ person: 'ann' });
      expect(provider.requests).toEqual([]);
    });

    situation('mention', 'answers in a group when it is named, and not otherwise', async () => {
      provider.script([always('Here.')]);
      await begin(open);
      await platform.says('ann', 'just chatting', { group: 'room' });
      await quiet({ group: 'room' });
      await platform.says('ann', 'what did I say?', { group: 'room', mention: true });
      await answered({ group: 'room' }, 'Here.');
    });

    situation('duplicate', 'answers a message once although it is delivered twice', async () => {
      provider.script([always('Once.')]);
      await begin(open);
      await platform.says('ann', 'hello');
      await platform.repeatLast();
      await answered({ person: 'ann' }, 'Once.');
      await platform.repeatLast();
      await quiet({ person: 'ann' }, ['Once.']);
    });

    situation('order', 'keeps the order of each conversation and never mixes two', async () => {
      const people = ['ann', 'bob', 'cleo'];
      const rounds = [0, 1, 2];
      provider.script(
        people.flatMap((person) => rounds.map((round) => always(`to ${person} ${round}`, `${person} asks ${round}`))),
      );
      await begin(open);
      for (const round of rounds) {
        for (const person of people) await platform.says(person, `${person} asks ${round}`);
        for (const person of people) {
          const wanted = rounds.slice(0, round + 1).map((earlier) => `to ${person} ${earlier}`);
          await answered({ person }, ...wanted);
        }
      }
    });

    situation('long', 'cuts a long answer and leaves nothing out', async () => {
      const words = wordsOf(platform.messageChars * LONG_MESSAGES);
      provider.script([always(words.join(' '))]);
      await begin(open);
      await platform.says('ann', 'tell me everything');
      await expect
        .poll(async () => (await platform.seen({ person: 'ann' })).join(' ').split(/\s+/), WAIT)
        .toEqual(words);
    });

    situation('silence', 'sends nothing when the model has nothing to say', async () => {
      provider.script([{ text: 'NO_REPLY' }, always('Now I do.')]);
      await begin(open);
      await platform.says('ann', 'fyi');
      await expect.poll(() => provider.requests.length, WAIT).toBe(1);
      await platform.says('ann', 'say something');
      await answered({ person: 'ann' }, 'Now I do.');
    });

    situation('model-error', 'tells of an error instead of staying silent', async () => {
      provider.script([{ status: 400, repeat: 'always' }]);
      await begin(open);
      await platform.says('ann', 'hello');
      await expect.poll(async () => (await platform.seen({ person: 'ann' })).length, WAIT).toBe(1);
      await quiet({ person: 'ann' }, await platform.seen({ person: 'ann' }));
    });

    for (const fault of ['busy', 'broken', 'cut-before', 'cut-after'] as const) {
      situation(fault, `shows one message although the vendor is ${fault}`, async () => {
        provider.script([always('Only once.')]);
        await begin(open);
        platform.inject(fault);
        await platform.says('ann', 'hello');
        await settled({ person: 'ann' }, 'Only once.');
      });
    }

    situation('vendor-restart', 'comes back after the vendor was away', async () => {
      provider.script([always('Before.', 'first'), always('After.', 'second')]);
      await begin(open);
      await platform.says('ann', 'first');
      await answered({ person: 'ann' }, 'Before.');
      await platform.restart();
      await expect.poll(isConnected, { timeout: 45_000, interval: 100 }).toBe(true);
      await platform.says('ann', 'second');
      await answered({ person: 'ann' }, 'Before.', 'After.');
    });

    situation('revoked', 'stops the account when the vendor takes its credential back, and says so', async () => {
      provider.script([always('Noted.')]);
      await begin(open);
      await platform.revoke();
      const health = { connection: 'terminal', auth: { state: 'down' } };
      await expect.poll(account, WAIT).toMatchObject({ running: false, health });
      expect((await account()).lastError).toMatch(/\w/);
      // The operator learns of it where the broken account is not needed.
      await operator?.say('agent:main:main', 'any news?');
      expect(JSON.stringify(provider.requests.at(-1)?.body)).toMatch(/stopped: its credential was refused/);
    });

    situation('killed-in-turn', 'answers once although it was killed while the model wrote', async () => {
      provider.script([{ text: ['Slow', ' answer.'], chunkDelayMs: 60_000 }, always('Answered after all.')]);
      await begin(open);
      await platform.says('ann', 'hello');
      await expect.poll(() => provider.requests.length, WAIT).toBe(1);
      await killed();
      await expect.poll(async () => (await platform.seen({ person: 'ann' })).at(-1), WAIT).toBe('Answered after all.');
      expect((await platform.seen({ person: 'ann' })).length).toBe(1);
    });

    situation('killed-in-send', 'shows one message although it was killed while sending', async () => {
      provider.script([always('Sent once.')]);
      await begin(open);
      platform.inject('hang-after');
      await platform.says('ann', 'hello');
      await answered({ person: 'ann' }, 'Sent once.');
      await killed();
      await settled({ person: 'ann' }, 'Sent once.');
    });
  });
}

/** Words, each another, of so many characters together. */
function wordsOf(chars: number): readonly string[] {
  const words: string[] = [];
  for (let length = 0, index = 0; length < chars; index += 1) {
    const word = `word${index}`;
    words.push(word);
    length += word.length + 1;
  }
  return words;
}
