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

/** What can be made to go wrong; the next thing that is sent to the vendor meets it, once. */
export type Fault = 'busy' | 'broken' | 'cut-before' | 'cut-after';

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
  /** Starts the vendor; resolves with what the gateway's environment needs. */
  start(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
  /** `channels.<id>` for an account that reaches the vendor. */
  section(access: Access): Readonly<Record<string, unknown>>;
  /** The gateway's port and token, for vendors that are its clients. */
  attach(gateway: { readonly url: string; readonly token: string }): Promise<void>;
  says(person: string, text: string, options?: { readonly group?: string; readonly mention?: boolean }): Promise<void>;
  /** Delivers what was said last once more. */
  repeatLast(): Promise<void>;
  /** Our messages in a place as they look now, oldest first. */
  seen(place: Place): Promise<readonly string[]>;
  inject(fault: Fault): void;
  /** Goes away and comes back; what was said meanwhile is delivered then where the vendor keeps it. */
  restart(): Promise<void>;
  revoke(): void;
  restore(): void;
}

const WAIT = { timeout: 20_000, interval: 50 };
const ANSWER_PAUSE_MS = 1_500;

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
      platform.restore();
      await operator?.close();
      operator = undefined;
      await gateway?.end();
      gateway = undefined;
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
    const isConnected = async (): Promise<boolean> =>
      (await account()).running === true && (await account()).connected !== false;
    const killed = async (): Promise<void> => {
      await operator?.close();
      await gateway?.end('SIGKILL');
      await start();
    };
    const answered = (place: Place, ...texts: readonly string[]): Promise<void> =>
      expect.poll(() => platform.seen(place), WAIT).toEqual(texts);
    /** Long enough for an answer to come, were there one: another person is answered meanwhile. */
    const quiet = async (place: Place, before: readonly string[] = []): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, ANSWER_PAUSE_MS));
      expect(await platform.seen(place)).toEqual(before);
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
      const words = Array.from({ length: 1_500 }, (_, index) => `word${index}`);
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
    });

    for (const fault of ['busy', 'broken', 'cut-before', 'cut-after'] as const) {
      situation(fault, `shows one message although the vendor is ${fault}`, async () => {
        provider.script([always('Only once.')]);
        await begin(open);
        platform.inject(fault);
        await platform.says('ann', 'hello');
        await answered({ person: 'ann' }, 'Only once.');
        await quiet({ person: 'ann' }, ['Only once.']);
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
      await begin(open);
      platform.revoke();
      await expect.poll(async () => (await account()).running, WAIT).toBe(false);
      expect(String((await account()).lastError)).not.toBe('');
      expect(gateway?.running).toBe(true);
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
      platform.inject('cut-after');
      await platform.says('ann', 'hello');
      await expect.poll(async () => (await platform.seen({ person: 'ann' })).length, WAIT).toBe(1);
      await killed();
      await quiet({ person: 'ann' }, ['Sent once.']);
    });
  });
}
