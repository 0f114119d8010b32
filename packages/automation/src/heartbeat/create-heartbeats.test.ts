import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeartbeatVerdict } from '@chela/agent';
import { describe, expect, test } from 'vitest';
import { answered, failed, openStage, START } from '../testing/stage.ts';

const MINUTE = 60_000;
const MAIN = 'agent:main:main';

const beat = (verdict: HeartbeatVerdict, text = 'HEARTBEAT_OK') => answered(text, { heartbeat: verdict });
const every = (value: string, more: object = {}) => ({
  agents: { defaults: { heartbeat: { every: value, ...more } } },
});

describe('the interval', () => {
  test('asks once each time, and follows the configuration', async () => {
    const stage = await openStage({ answer: () => beat('ok-token') });
    stage.heartbeats.start();
    await stage.clock.advance(29 * MINUTE);
    expect(stage.submitted).toEqual([]);
    await stage.clock.advance(2 * MINUTE);
    expect(stage.submitted).toMatchObject([{ sessionKey: MAIN, heartbeat: { ackMaxChars: 300 } }]);
    expect(stage.news).toEqual([
      {
        ts: expect.any(Number),
        status: 'ok-token',
        reason: 'interval',
        durationMs: expect.any(Number),
        silent: true,
        indicatorType: 'ok',
      },
    ]);
    stage.setConfig(every('5m'));
    await stage.clock.advance(5 * MINUTE);
    expect(stage.submitted).toHaveLength(2);
    stage.setConfig(every('0m'));
    await stage.clock.advance(60 * MINUTE);
    expect(stage.submitted).toHaveLength(2);
  });

  test('is not stretched by a clock that goes back', async () => {
    const stage = await openStage({ answer: () => beat('ok-token') });
    stage.heartbeats.start();
    stage.clock.set(START - 24 * 60 * MINUTE);
    await stage.clock.advance(61 * MINUTE);
    expect(stage.submitted.length).toBeGreaterThanOrEqual(1);
  });

  test('beats for every agent that has a heartbeat, and asks its own question', async () => {
    const list = [
      { id: 'main', default: true },
      { id: 'a', heartbeat: { every: '10m', prompt: 'Look at a.' } },
      { id: 'b', heartbeat: { every: '20m', model: 'mock/small' } },
    ];
    const stage = await openStage({ config: { agents: { list } }, answer: () => beat('ok-empty', '') });
    stage.heartbeats.start();
    await stage.clock.advance(21 * MINUTE);
    expect(stage.submitted.map(({ agentId }) => agentId)).toEqual(['a', 'a', 'b']);
    expect(stage.submitted[0]?.text).toMatch(/^Look at a\.\nCurrent time: /);
    expect(stage.submitted[2]).toMatchObject({ sessionKey: 'agent:b:main', model: { model: 'mock/small' } });
  });
});

describe('a wake', () => {
  test('asks once for all that come together, with the strongest reason', async () => {
    const stage = await openStage({ answer: () => beat('ok-token') });
    stage.heartbeats.wake({ reason: 'wake', agentId: 'main' });
    stage.heartbeats.wake({ reason: 'interval', agentId: 'main' });
    stage.heartbeats.wake({ reason: 'hook:1', agentId: 'main' });
    await stage.clock.advance(1_000);
    expect(stage.submitted).toHaveLength(1);
    expect(stage.heartbeats.last()).toMatchObject({ status: 'ok-token', reason: 'hook:1' });
  });

  test('waits until its session is free', async () => {
    let busy = [MAIN];
    const stage = await openStage({ busy: () => busy, answer: () => beat('ok-token') });
    stage.heartbeats.wake({ reason: 'wake' });
    await stage.clock.advance(5_000);
    expect(stage.submitted).toEqual([]);
    busy = ['agent:main:other'];
    await stage.clock.advance(1_100);
    expect(stage.submitted).toHaveLength(1);
  });

  test('speaks of a reminder and of a command that ended in words of their own', async () => {
    const stage = await openStage({ answer: () => beat('alert', 'News') });
    stage.systemEvents.add(MAIN, 'Call Ann', 'cron:1');
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.submitted[0]?.text).toContain('Call Ann');
    stage.systemEvents.drain(MAIN);
    await stage.heartbeats.runOnce({ reason: 'exec-event', agentId: 'main' });
    expect(stage.submitted[1]?.text).toContain('A command that was started earlier has ended');
  });
});

describe('no heartbeat', () => {
  test.each([
    ['disabled', every('0m')],
    ['quiet-hours', every('30m', { activeHours: { start: '22:00', end: '23:00', timezone: 'UTC' } })],
  ])('%s', async (reason, config) => {
    const stage = await openStage({ config });
    expect(await stage.heartbeats.runOnce({ reason: 'interval', agentId: 'main' })).toEqual({
      status: 'skipped',
      reason,
    });
    expect(stage.submitted).toEqual([]);
    expect(stage.news).toEqual([]);
  });

  test('while they are switched off for all', async () => {
    const stage = await openStage();
    stage.heartbeats.setEnabled(false);
    expect(await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' })).toEqual({
      status: 'skipped',
      reason: 'disabled',
    });
  });

  test('for a file without anything to do, unless something happened', async () => {
    const stage = await openStage({ answer: () => beat('ok-token') });
    const folder = join(stage.dir, 'workspace');
    await mkdir(folder);
    await writeFile(join(folder, 'HEARTBEAT.md'), '# Heartbeat\n\n- [ ]\n');
    await stage.heartbeats.runOnce({ reason: 'interval', agentId: 'main' });
    expect(stage.heartbeats.last()).toMatchObject({ status: 'skipped', reason: 'empty-heartbeat-file' });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.submitted).toHaveLength(1);
  });

  test('where nobody could hear of it', async () => {
    const heartbeat = { showOk: false, showAlerts: false, useIndicator: false };
    const stage = await openStage({ config: { channels: { defaults: { heartbeat } } } });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.heartbeats.last()).toMatchObject({ status: 'skipped', reason: 'alerts-disabled' });
  });
});

describe('news', () => {
  test('stand in the conversation, and the event says that no channel was told', async () => {
    const stage = await openStage({ answer: () => beat('alert', 'The oven is hot.') });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.news).toEqual([
      {
        ts: expect.any(Number),
        status: 'skipped',
        reason: 'no-target',
        preview: 'The oven is hot.',
        durationMs: expect.any(Number),
        hasMedia: false,
      },
    ]);
  });

  test('go to the channel that is set', async () => {
    const stage = await openStage({
      config: every('30m', { target: 'telegram', to: '42' }),
      answer: () => beat('alert', 'The oven is hot.'),
    });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.announced).toMatchObject([{ channel: 'telegram', to: '42', text: 'The oven is hot.' }]);
    expect(stage.heartbeats.last()).toMatchObject({
      status: 'sent',
      channel: 'telegram',
      to: '42',
      indicatorType: 'alert',
    });
  });

  test('of a run that an earlier process began go to the channel under the key of that run', async () => {
    const stage = await openStage({ config: every('30m', { target: 'telegram', to: '42' }) });
    const run = { agentId: 'main', runId: 'hb-1' };
    await stage.heartbeats.alert(run, beat('alert', 'The oven is hot.'));
    await stage.heartbeats.alert(run, beat('alert', 'The oven is hot.'));
    const alert = { key: 'heartbeat:hb-1', channel: 'telegram', to: '42', text: 'The oven is hot.', waitMs: 0 };
    expect(stage.announced).toMatchObject([alert, alert]);
    await stage.heartbeats.alert({ ...run, runId: 'hb-2' }, beat('duplicate', 'The oven is hot.'));
    await stage.heartbeats.alert({ ...run, runId: 'hb-3' }, failed('no model'));
    expect(stage.announced).toHaveLength(2);
  });

  test('are given to a channel by the runtime and by who waits under one key', async () => {
    const stage = await openStage({
      config: every('30m', { target: 'telegram', to: '42' }),
      answer: () => beat('alert', 'The oven is hot.'),
    });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main', runId: 'hb-1' });
    await stage.heartbeats.alert({ agentId: 'main', runId: 'hb-1' }, beat('alert', 'The oven is hot.'));
    expect(new Set(stage.announced.map(({ key }) => key))).toEqual(new Set(['heartbeat:hb-1']));
  });

  test.each([
    [
      'shows them nowhere',
      { heartbeat: { showAlerts: false } },
      [],
      { reason: 'alerts-disabled', indicatorType: 'alert' },
    ],
    ['lights no lamp', { heartbeat: { useIndicator: false } }, ['The oven is hot.'], { status: 'sent' }],
    [
      'lets the account overrule it',
      { heartbeat: { showAlerts: false }, accounts: { Bot2: { heartbeat: { showAlerts: true } } } },
      ['The oven is hot.'],
      { status: 'sent', accountId: 'bot2' },
    ],
  ])('of a channel that %s', async (_how, telegram, texts, news) => {
    const stage = await openStage({
      config: { ...every('30m', { target: 'telegram', to: '42', accountId: 'bot2' }), channels: { telegram } },
      answer: () => beat('alert', 'The oven is hot.'),
    });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main', runId: 'hb-1' });
    await stage.heartbeats.alert({ agentId: 'main', runId: 'hb-2' }, beat('alert', 'The oven is hot.'));
    expect(new Set(stage.announced.map(({ text }) => text))).toEqual(new Set(texts));
    expect(stage.heartbeats.last()).toMatchObject(news);
    expect(stage.heartbeats.last()?.indicatorType).toBe('useIndicator' in telegram.heartbeat ? undefined : 'alert');
  });

  test('there are none, which a channel shows when it is told to', async () => {
    const channels = { telegram: { heartbeat: { showOk: true } } };
    const stage = await openStage({
      config: { ...every('30m', { target: 'telegram', to: '42' }), channels },
      answer: () => beat('ok-token', 'HEARTBEAT_OK'),
    });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.announced).toMatchObject([{ channel: 'telegram', to: '42', text: 'HEARTBEAT_OK' }]);
    expect(stage.heartbeats.last()).toMatchObject({ status: 'ok-token', channel: 'telegram', silent: false });
  });

  test('follow what the model thought, each in a message of its own', async () => {
    const heartbeat = { includeReasoning: true, suppressToolErrorWarnings: true };
    const aside = { text: 'Reasoning:\n_Tea or toast?_', mediaUrl: null, delivery: { isAside: true } } as const;
    const news = { text: 'The tea is ready.', mediaUrl: null };
    const answers = [
      answered('', { heartbeat: 'alert', payloads: [aside, news] }),
      answered('', { heartbeat: 'ok-token', payloads: [aside, { text: 'HEARTBEAT_OK', mediaUrl: null }] }),
    ];
    const stage = await openStage({
      config: every('30m', { target: 'telegram', to: '42', ...heartbeat }),
      answer: () => answers.shift() ?? failed('no answer'),
    });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.announced.map(({ text }) => text)).toEqual([aside.text, news.text]);
    expect(stage.heartbeats.last()).toMatchObject({ status: 'sent', preview: news.text });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.announced.map(({ text }) => text)).toEqual([aside.text, news.text, aside.text]);
    expect(stage.submitted[0]?.heartbeat).toEqual({ event: 'heartbeat', ackMaxChars: 300, ...heartbeat });
    expect(new Set(stage.announced.map(({ key }) => key)).size).toBe(3);
  });

  test('go to the account and the topic of the last message when nothing names another place', async () => {
    const stage = await openStage({
      config: every('30m', { target: 'telegram' }),
      answer: () => beat('alert', 'Hot.'),
    });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.announced).toHaveLength(1);
    expect(stage.announced[0]).not.toHaveProperty('to');
  });

  test('that repeat the last ones are told as such', async () => {
    const stage = await openStage({ answer: () => beat('duplicate', 'The oven is hot.') });
    await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' });
    expect(stage.heartbeats.last()).toMatchObject({ status: 'skipped', reason: 'duplicate' });
  });

  test('of a failure say why', async () => {
    const stage = await openStage({ answer: () => failed('no model') });
    expect(await stage.heartbeats.runOnce({ reason: 'wake', agentId: 'main' })).toEqual({
      status: 'failed',
      reason: 'no model',
    });
    expect(stage.heartbeats.last()).toMatchObject({ status: 'failed', reason: 'no model', indicatorType: 'error' });
  });
});
