import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SubagentRun } from '@chela/tools';
import { afterEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness, type HarnessOptions } from '../testing/harness.ts';
import type { CommandRooms } from './command-rooms.ts';

describe('command families', () => {
  let h: Harness;
  let count = 0;
  afterEach(() => h.dispose());

  const open = async (options: HarnessOptions = {}): Promise<void> => {
    h = await createHarness(options);
  };
  const say = async (text: string, sender: object = {}): Promise<string | undefined> => {
    const runId = `cmd-${count++}`;
    const outcome = await h.run({ runId, text, sender: { messageId: runId, name: 'test', ...sender } });
    return outcome.kind === 'answered' ? outcome.payloads[0]?.text : undefined;
  };
  const entry = async () => (await h.store.sessions.get('agent:main:main'))?.entry;

  test('/send and /usage are kept in the session; inherit and off leave no trace', async () => {
    await open();
    await say('/send off');
    await say('/usage full');
    expect(await entry()).toMatchObject({ sendPolicy: 'deny', responseUsage: 'full' });
    await say('/send inherit');
    await say('/usage');
    expect(await entry()).not.toHaveProperty('sendPolicy');
    expect(await entry()).not.toHaveProperty('responseUsage');
    expect(await say('/send perhaps')).toContain('on|off|inherit');
  });

  test('the usage footer stands under the answer of a turn and not in its transcript', async () => {
    await open();
    await say('/usage tokens');
    h.models.script({ text: 'Four.' });
    expect(await say('2+2')).toBe('Four.\n\nUsage: 10 in / 5 out');
    expect(JSON.stringify(await h.history())).not.toContain('10 in');
  });

  test('/activation only works in a group and asks for a new introduction there', async () => {
    await open();
    expect(await say('/activation always')).toContain('group');
    const key = 'agent:main:telegram:group:g1';
    await h.run({ runId: 'group', text: '/activation always', sessionKey: key, requestedSessionKey: key });
    expect((await h.store.sessions.get(key))?.entry).toMatchObject({
      groupActivation: 'always',
      groupActivationNeedsSystemIntro: true,
    });
  });

  test('/status says when the agent answers, in a group alone', async () => {
    await open();
    expect(await say('/status')).not.toContain('Activation');
    const key = 'agent:main:irc:group:#claw';
    const answer = async (runId: string): Promise<string> =>
      JSON.stringify(await h.run({ runId, text: '/status', sessionKey: key, requestedSessionKey: key }));
    expect(await answer('before')).toContain('👥 Activation: mention · 🪢 Queue');
    await h.run({ runId: 'always', text: '/activation always', sessionKey: key, requestedSessionKey: key });
    expect(await answer('after')).toContain('👥 Activation: always · 🪢 Queue');
  });

  test('several directives in one message are all answered and all kept', async () => {
    await open();
    const text = await say('/think high /verbose on /queue steer');
    expect(text?.split('\n')).toHaveLength(3);
    expect(await entry()).toMatchObject({ thinkingLevel: 'high', verboseLevel: 'on', queueMode: 'steer' });
  });

  test('/exec keeps what is valid, and nothing when one value is not', async () => {
    await open();
    expect(await say('/exec host=moon ask=always')).toContain('"moon"');
    expect(await entry()).not.toHaveProperty('execAsk');
    await say('/exec host=gateway ask=always');
    expect(await entry()).toMatchObject({ execHost: 'gateway', execAsk: 'always' });
    expect(await say('/exec')).toContain('host=gateway, security=allowlist, ask=always');
  });

  test('/elevated needs the sender on the list', async () => {
    await open({ config: { tools: { elevated: { allowFrom: { webchat: ['ann'] } } } } });
    expect(await say('/elevated on')).toContain('tools.elevated.allowFrom.webchat');
    expect(await entry()).not.toHaveProperty('elevatedLevel');
    await say('/elevated full', { name: 'Ann' });
    expect(await entry()).toMatchObject({ elevatedLevel: 'full' });
  });

  test('commands of people who may not use them get no answer and change nothing', async () => {
    await open({ config: { commands: { allowFrom: { webchat: ['ann'] } } } });
    expect(await say('/think high')).toBeUndefined();
    expect(await entry()).not.toHaveProperty('thinkingLevel');
    expect(h.models.requests).toEqual([]);
    await say('/think high', { name: 'ann' });
    expect(await entry()).toMatchObject({ thinkingLevel: 'high' });
  });

  test('a list of commanders for another channel says nothing of this one', async () => {
    await open({ config: { commands: { allowFrom: { telegram: ['4242'] } } } });
    await say('/think high');
    expect(await entry()).toMatchObject({ thinkingLevel: 'high' });
  });

  test('/config reads and writes through the file, and only for the owner', async () => {
    const written: unknown[] = [];
    const rooms: CommandRooms = {
      configFile: {
        read: async () => ({ messages: { responsePrefix: 'hi' } }),
        set: async (path, value) => void written.push([path, value]),
        unset: async () => {
          throw new Error('Config validation failed: messages: required');
        },
      },
    };
    await open({ rooms, config: { commands: { config: true } } });
    expect(await say('/config get messages.responsePrefix')).toContain('"hi"');
    expect(await say('/config show nothing.here')).toContain('nothing.here');
    await say('/config set messages.responsePrefix="[x]"');
    await say('/config set agents.defaults.maxConcurrent=3');
    expect(written).toEqual([
      [['messages', 'responsePrefix'], '[x]'],
      [['agents', 'defaults', 'maxConcurrent'], 3],
    ]);
    expect(await say('/config unset messages')).toContain('Config validation failed');
    expect(await say('/config set messages')).toContain('⚠️');
    expect(await say('/config set a.b=1', { isOwner: false })).toContain('owner');
    expect(written).toHaveLength(2);
  });

  test('/debug sets, shows and takes away overrides', async () => {
    let tree: Record<string, unknown> = {};
    const rooms: CommandRooms = {
      overrides: {
        current: () => tree,
        set: async ([key = ''], value) => {
          tree = { ...tree, [key]: value };
        },
        unset: ([key = '']) => Reflect.deleteProperty(tree, key),
        reset: () => {
          tree = {};
        },
      },
    };
    await open({ rooms, config: { commands: { debug: true } } });
    await say('/debug set logging={"level":"debug"}');
    expect(await say('/debug show')).toContain('"level": "debug"');
    await say('/debug reset');
    expect(await say('/debug show')).toBe('⚙️ Debug overrides: (none)');
  });

  test('/approve gives the word once, and only with the scope for it', async () => {
    const words: unknown[] = [];
    const rooms: CommandRooms = {
      approvals: { resolve: async (id, decision) => id === 'known' && words.push(decision) > 0 },
    };
    await open({ rooms });
    expect(await say('/approve known deny', { scopes: ['operator.write'] })).toContain('operator.approvals');
    expect(await say('/approve unknown once', { scopes: ['operator.approvals'] })).toContain('unknown approval id');
    expect(await say('/approve always known', { scopes: ['operator.admin'] })).toContain('✅');
    expect(words).toEqual(['allow-always']);
    expect(await say('/approve known perhaps')).toContain('allow-once|allow-always|deny');
  });

  test('/restart is off until it is switched on', async () => {
    const reasons: string[] = [];
    await open({ rooms: { restart: (reason) => void reasons.push(reason) } });
    expect(await say('/restart')).toContain('commands.restart=true');
    h.setConfig({ commands: { restart: true } });
    await say('/restart');
    expect(reasons).toEqual(['/restart']);
  });

  test('/compact waits for the running turn, then leaves a summary', async () => {
    await open();
    await h.run({ runId: 'r1', text: 'first question' });
    const gate = Promise.withResolvers<void>();
    h.models.script({ text: 'second answer', after: gate.promise }, { text: 'S' });
    const running = h.run({ runId: 'r2', text: 'second question' });
    await h.asked(2);
    const compacting = say('/compact numbers');
    gate.resolve();
    await running;
    expect(await compacting).toMatch(/^⚙️ Compacted \(\d+ before\) • Context 10\/128k \(0%\)$/);
    expect(JSON.stringify(h.models.requests.at(-1))).toContain('numbers');
    expect(await entry()).toMatchObject({ compactionCount: 1 });
  });

  test('/compact with nothing behind it says so and asks no model', async () => {
    await open();
    expect(await say('/compact')).toContain('Nothing to compact');
    expect(h.models.requests).toEqual([]);
  });

  test('/stop ends the running turn and the sub-agents', async () => {
    await open({ rooms: { subagents: subagentsRoom([run('a')]) } });
    h.models.script({ hang: true, text: 'I am' });
    const running = h.run({ runId: 'r1', text: 'talk' });
    await h.seen('text', 'r1');
    expect(await say('/stop')).toBe('⚙️ Agent was aborted. Stopped 1 sub-agent.');
    expect(await running).toMatchObject({ kind: 'aborted' });
  });

  test('/subagents lists, tells of, steers and stops runs', async () => {
    const room = subagentsRoom([run('scout'), run('old', { status: 'done', endedAt: 0 })]);
    await open({ rooms: { subagents: room } });
    const list = await say('/subagents');
    expect(list).toContain('1. scout');
    expect(list).toContain('2. old');
    expect(await say('/subagents info scout')).toContain('Session: agent:main:subagent:scout');
    expect(await say('/subagents log 1')).toContain('(no messages)');
    expect(await say('/steer 1 look left')).toContain('scout');
    expect(await say('/steer 2 look left')).toContain('ended');
    expect(await say('/kill 3')).toBe('⚠️ Invalid subagent index: 3');
    expect(await say('/tell 1')).toContain('Usage');
    expect(await say('/kill all')).toContain('1');
    expect(room.said).toEqual(['steer scout: look left', 'killAll agent:main:main']);
  });

  test('/export-session writes a file that shows text as text, inside the workspace and over nothing', async () => {
    await open();
    h.models.script({ text: '<script>alert(1)</script>' });
    await h.run({ runId: 'r1', text: 'hello' });
    expect(await say('/export-session out.html')).toContain('out.html');
    const html = await readFile(join(h.dir, 'workspace', 'out.html'), 'utf8');
    expect(html).toContain('&#60;script&#62;');
    expect(html).not.toContain('<script>');
    expect(await say('/export out.html')).toContain('❌');
    expect(await say('/export ../out.html')).toContain('inside the workspace');
    expect(await say('/export out.sh')).toContain('❌');
  });

  test('/allowlist shows and changes the list of a channel', async () => {
    const written: unknown[] = [];
    const rooms: CommandRooms = {
      configFile: { read: async () => ({}), set: async (...edit) => void written.push(edit), unset: async () => {} },
    };
    const channels = { telegram: { allowFrom: ['1'], groupAllowFrom: ['g'] } };
    await open({ rooms, config: { channels, commands: { config: true } } });
    expect(await say('/allowlist')).toContain('channel=<id>');
    expect(await say('/allowlist channel=telegram')).toContain('allowFrom: 1');
    await say('/allowlist add channel=telegram 2');
    await say('/allowlist remove group channel=telegram g');
    expect(written).toEqual([
      [
        ['channels', 'telegram', 'allowFrom'],
        ['1', '2'],
      ],
      [['channels', 'telegram', 'groupAllowFrom'], []],
    ]);
    expect(await say('/allowlist add channel=telegram 1')).toContain('already');
  });

  test('/dock sends answers to the id that is linked to the sender', async () => {
    const config = {
      channels: { telegram: {} },
      session: { identityLinks: { ann: ['webchat:test', 'telegram:42'] } },
    };
    await open({ config });
    expect(await say('/dock-slack')).toContain('channels.slack');
    await say('/dock_telegram');
    expect(await entry()).toMatchObject({ lastChannel: 'telegram', lastTo: '42' });
  });

  test('/context tells what the model is given, for people and for programs', async () => {
    await open();
    h.tools.add('look', 'none', () => ({ content: [] }));
    expect(await say('/context')).toContain('/context json');
    expect(await say('/context list')).toContain('look');
    expect(await say('/context detail')).toContain('- look:');
    expect(JSON.parse((await say('/context json')) ?? '')).toMatchObject({ report: { provider: 'mock' } });
  });

  test('a plugin answers its own command and never one of ours', async () => {
    const plugin = (name: string) => ({
      name,
      pluginId: 'p',
      does: 'something',
      answer: async (args: string, { id }: { readonly id: string }) => `${name} ${args} for ${id}`,
    });
    await open({ rooms: { plugins: { commands: [plugin('pair'), plugin('help')] } } });
    expect(await say('/pair now')).toBe('pair now for test');
    expect(await say('/help')).toContain('ℹ️ Help');
    expect(await say('/commands')).toContain('/pair (p)');
  });

  test('text on further lines is an argument where there are any, else the message is for the model', async () => {
    await open();
    await say('/help\nwhat does it do?');
    expect(h.models.requests).toHaveLength(1);
    await say('/whoami and more');
    expect(h.models.requests).toHaveLength(2);
  });
});

function run(label: string, changes: Partial<SubagentRun> = {}): SubagentRun {
  return {
    runId: `run-${label}`,
    sessionKey: `agent:main:subagent:${label}`,
    requesterKey: 'agent:main:main',
    label,
    task: label,
    model: undefined,
    cleanup: 'keep',
    startedAt: Date.now(),
    endedAt: undefined,
    status: 'running',
    ...changes,
  };
}

function subagentsRoom(runs: readonly SubagentRun[]) {
  const said: string[] = [];
  return {
    said,
    of: async () =>
      runs.map((known) => (known.endedAt === undefined ? known : { ...known, endedAt: Number.MAX_VALUE })),
    start: async () => run('new'),
    toldAt: async () => undefined,
    kill: async () => true,
    async killAll(key: string) {
      said.push(`killAll ${key}`);
      return runs.filter(({ status }) => status === 'running').length;
    },
    async steer(target: SubagentRun, message: string) {
      said.push(`steer ${target.label}: ${message}`);
      return target;
    },
    send: async () => {},
    resume: async () => 0,
    close: () => {},
  };
}
