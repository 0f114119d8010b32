import { type BotApi, startBotApi } from '../bot-api.ts';
import { type Gateway, interleave } from '../gateway.ts';
import type { JsonObject } from '../json.ts';
import { sleep } from '../stats.ts';
import type { Suite, SuiteContext } from '../suite.ts';

/** Telegram with an instant model, and what accounts cost that are set up and idle. */
export const channels: Suite = async (context) => {
  const api = await startBotApi();
  try {
    for (const gateway of context.gateways) await answers(context, gateway, api);
    await idleAccounts(context, api);
  } finally {
    for (const gateway of context.gateways) await gateway.stop();
    await api.close();
  }
};

const TOKEN = '7000000001:BENCHTOKEN';
/** Each writes twice, so that a session is new once and known once; nobody meets the vendor's pace. */
const PEOPLE = 30;
const FIRST_PERSON = 60_001;
const AT_ONCE = 25;
/** Keeps below the 30 messages a second that the vendor takes. */
const PAUSE_MS = 40;
/** After many messages at once, until the vendor takes as many again. */
const REST_MS = 2_000;
const ACCOUNTS = 20;
const CONNECTED_TIMEOUT_MS = 120_000;
const SETTLE_MS = 5_000;
const LOOK_MS = 20;

const telegram = (section: JsonObject): JsonObject => ({
  channels: { telegram: { enabled: true, dmPolicy: 'open', allowFrom: ['*'], streamMode: 'off', ...section } },
  // The lean profile leaves plugins out, and for some gateways a channel is one.
  plugins: { enabled: true, allow: ['telegram'], entries: { telegram: { enabled: true } } },
  session: { dmScope: 'per-channel-peer' },
});

const setup = (api: BotApi, config: JsonObject) => ({
  config,
  env: { CHELA_TELEGRAM_API_ROOT: api.url, OPENCLAW_SKIP_CHANNELS: '', OPENCLAW_SKIP_PROVIDERS: '' },
});

/** Resolves with the milliseconds until so many bots poll. */
async function connected(api: BotApi, bots: number): Promise<number> {
  const begun = performance.now();
  while (api.polling < bots) {
    if (performance.now() - begun > CONNECTED_TIMEOUT_MS) throw new Error(`${api.polling} of ${bots} bots connected`);
    await sleep(LOOK_MS);
  }
  return performance.now() - begun;
}

async function answers({ record, quick, log }: SuiteContext, gateway: Gateway, api: BotApi): Promise<void> {
  await gateway.stop();
  gateway.prepare('channels', undefined, setup(api, telegram({ botToken: TOKEN })));
  await gateway.boot();
  await connected(api, 1);
  const timed = async (person: number, text: string): Promise<number> => {
    const begun = performance.now();
    return (await api.say(TOKEN, FIRST_PERSON + person, text)) - begun;
  };
  record(gateway, 'first message after boot: answer sent', 'ms', 'lower', [await timed(0, 'hello')]);
  for (let index = 1; index <= 3; index += 1) await timed(index, 'warm up');

  const one: number[] = [];
  const rounds = quick ? 1 : 3;
  let cpu = gateway.cpuSeconds();
  for (let index = 0; index < rounds * 2 * PEOPLE; index += 1) {
    one.push(await timed(index % PEOPLE, `message ${index}`));
    await sleep(PAUSE_MS);
  }
  record(gateway, 'one message: update to answer sent', 'ms', 'lower', one);
  record(gateway, 'one message: CPU', 'ms', 'lower', [((gateway.cpuSeconds() - cpu) * 1000) / one.length]);

  for (let round = 0; round < rounds; round += 1) {
    await sleep(REST_MS);
    cpu = gateway.cpuSeconds();
    const many = await Promise.all(Array.from({ length: AT_ONCE }, (_, person) => timed(person, `round ${round}`)));
    record(gateway, `${AT_ONCE} chats at once: update to answer sent`, 'ms', 'lower', many);
    const used = gateway.cpuSeconds() - cpu;
    record(gateway, `${AT_ONCE} chats at once: CPU per message`, 'ms', 'lower', [(used * 1000) / AT_ONCE]);
  }
  await gateway.stop();
  log(`${gateway.name}: answers done`);
}

/** The same gateway with accounts that nobody writes to, and without; in turns. */
async function idleAccounts({ gateways, record, quick, log }: SuiteContext, api: BotApi): Promise<void> {
  const tokens = Array.from({ length: ACCOUNTS }, (_, index) => `70000001${index}:BENCHTOKEN`);
  const accounts = Object.fromEntries(tokens.map((botToken, index) => [`bot${index}`, { enabled: true, botToken }]));
  const kinds = [
    { name: 'no account', bots: 0, config: {} },
    { name: `${ACCOUNTS} idle accounts`, bots: ACCOUNTS, config: telegram({ accounts }) },
  ];
  await interleave(gateways, quick ? 3 : 5, async (gateway, round) => {
    for (const { name, bots, config } of kinds) {
      gateway.prepare(`idle-${bots}`, undefined, setup(api, config));
      // The first start of a state writes it; what is measured is the next.
      await gateway.boot();
      await connected(api, bots);
      await gateway.stop();
      const boot = await gateway.boot();
      record(gateway, `${name}: hello-ok`, 'ms', 'lower', [boot.helloMs]);
      record(gateway, `${name}: CPU until ready`, 's', 'lower', [boot.cpuS]);
      const waited = await connected(api, bots);
      if (bots > 0) record(gateway, `${name}: all connected`, 'ms', 'lower', [boot.healthMs + waited]);
      await sleep(SETTLE_MS);
      record(gateway, `${name}: RSS (tree)`, 'MiB', 'lower', [gateway.memory().rss]);
      record(gateway, `${name}: PSS (tree)`, 'MiB', 'lower', [gateway.memory().pss]);
      await gateway.stop();
    }
    log(`${gateway.name}: idle accounts, round ${round + 1}`);
  });
}
