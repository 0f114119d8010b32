import { describe, expect, test } from 'vitest';
import { editConfigText } from '../edit/edit-text.ts';
import { judgeConfigText } from '../read/read-config.ts';
import { planMending } from './mend-config.ts';

const paths = {
  homeDir: '/home/none',
  stateDir: '/home/none/.openclaw',
  configPath: '/home/none/.openclaw/openclaw.json',
};

const reference = (name: string): string => `\${${name}}`;

async function mended(raw: string, dropUnknown = false) {
  const { snapshot } = await judgeConfigText(paths, { TG: 'from-env' }, raw);
  const plan = await planMending(snapshot, paths, { dropUnknown });
  return { ...plan, text: await editConfigText(raw, plan.edits) };
}

describe('mending a configuration of an older release', () => {
  test('moves its keys and keeps comments and references', async () => {
    const { text, changes, remaining } = await mended(
      `{\n  // my bot\n  telegram: { botToken: '\${TG}', requireMention: true },\n  gateway: { token: 'abc', port: 19001 }, // home\n}`,
    );
    expect(remaining).toEqual([]);
    expect(changes.length).toBeGreaterThan(2);
    expect(text).toContain('// my bot');
    expect(text).toContain('// home');
    expect(text).toContain(reference('TG'));
    const { snapshot } = await judgeConfigText(paths, { TG: 'from-env' }, text);
    expect(snapshot.valid).toBe(true);
    expect(snapshot.config).toMatchObject({
      channels: { telegram: { botToken: 'from-env', groups: { '*': { requireMention: true } } } },
      gateway: { port: 19001, auth: { mode: 'token', token: 'abc' } },
    });
  });

  test('beside an unknown key moves first and removes that key only when asked', async () => {
    const raw = `{ agent: { model: 'openai/gpt-5.2' }, telegram: { botToken: 'x', bogus: 1 }, gateway: { token: 'abc' }, frob: true }`;
    const asIs = await mended(raw);
    expect(asIs.unknownKeys.toSorted()).toEqual(['channels.telegram.bogus', 'frob']);
    expect(asIs.remaining.length).toBeGreaterThan(0);
    const { text, remaining } = await mended(raw, true);
    expect(remaining).toEqual([]);
    const { snapshot } = await judgeConfigText(paths, {}, text);
    expect(snapshot.config).toMatchObject({
      agents: { defaults: { model: { primary: 'openai/gpt-5.2' } } },
      channels: { telegram: { botToken: 'x' } },
      gateway: { auth: { token: 'abc' } },
    });
    expect(text).not.toContain('frob');
  });

  test('that is in order has nothing to do', async () => {
    expect(await mended('{ gateway: { mode: "local" } }')).toMatchObject({ changes: [], edits: [], remaining: [] });
  });

  test('that is no object is left alone', async () => {
    const { snapshot } = await judgeConfigText(paths, {}, '[1]');
    expect(await planMending(snapshot, paths, { dropUnknown: true })).toMatchObject({ edits: [] });
  });
});

describe('values that doctor puts right', () => {
  const doctored = async (channels: unknown, messages?: unknown) => {
    const raw = JSON.stringify({ channels, ...(messages === undefined ? {} : { messages }) });
    const { snapshot } = await judgeConfigText(paths, {}, raw);
    const plan = await planMending(snapshot, paths, { dropUnknown: false, rewriteValues: true });
    const { snapshot: after } = await judgeConfigText(paths, {}, await editConfigText(raw, plan.edits));
    return { plan, channels: after.parsed instanceof Object ? Reflect.get(after.parsed, 'channels') : undefined };
  };

  test('settings of direct messages move up, in accounts too', async () => {
    const { channels, plan } = await doctored({
      slack: {
        dm: { policy: 'open', allowFrom: ['U1'] },
        accounts: { a: { dm: { enabled: true, policy: 'pairing' } } },
      },
    });
    expect(channels).toEqual({
      slack: {
        dmPolicy: 'open',
        allowFrom: ['U1', '*'],
        accounts: { a: { dm: { enabled: true }, dmPolicy: 'pairing' } },
      },
    });
    expect(plan.changes.length).toBe(4);
  });

  test('ids of Discord become text', async () => {
    const { channels } = await doctored({
      discord: { allowFrom: [1, 'x'], guilds: { g: { users: [2], channels: { c: { roles: [3] } } } } },
    });
    expect(channels).toEqual({
      discord: { allowFrom: ['1', 'x'], guilds: { g: { users: ['2'], channels: { c: { roles: ['3'] } } } } },
    });
  });

  test('an open policy gets its sign, in the place the channel looks at', async () => {
    const { channels, plan } = await doctored({
      telegram: { dmPolicy: 'open', allowFrom: ['1'] },
      googlechat: { dm: { policy: 'open' } },
      signal: { dmPolicy: 'open', allowFrom: ['*'] },
    });
    expect(channels).toMatchObject({
      telegram: { allowFrom: ['1', '*'] },
      googlechat: { dm: { allowFrom: ['*'] } },
      signal: { allowFrom: ['*'] },
    });
    expect(plan.remaining).toEqual([]);
  });

  test('the acknowledgement goes to WhatsApp as well, once', async () => {
    const { channels } = await doctored({ whatsapp: {} }, { ackReaction: '👀', ackReactionScope: 'all' });
    expect(channels).toEqual({ whatsapp: { ackReaction: { emoji: '👀', direct: true, group: 'always' } } });
    const own = { whatsapp: { ackReaction: { emoji: '✅' } } };
    expect((await doctored(own, { ackReaction: '👀' })).channels).toEqual(own);
  });
});
