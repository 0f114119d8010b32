import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { settled } from '../testing/manual-clock.ts';
import { answered, failed, openStage, START } from '../testing/stage.ts';
import type { NewCronJob } from './job.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const turn = (changes: Partial<NewCronJob> = {}): NewCronJob => ({
  name: 'Nightly',
  schedule: { kind: 'every', everyMs: HOUR },
  sessionTarget: 'isolated',
  wakeMode: 'next-heartbeat',
  payload: { kind: 'agentTurn', message: 'Sum up the day' },
  delivery: { mode: 'none' },
  ...changes,
});

const never = <T>(): Promise<T> => new Promise<T>(() => {});

describe('a job that is due', () => {
  test('runs once at its time, in a session of its own, and is logged', async () => {
    const stage = await openStage();
    stage.cron.start();
    const { id } = await stage.cron.add(turn());
    await stage.clock.advance(HOUR - 1_000);
    expect(stage.submitted).toEqual([]);
    await stage.clock.advance(2_000);
    const [request] = stage.submitted;
    expect(request).toMatchObject({ sessionKey: `agent:main:cron:${id}`, verbatim: true });
    expect(request?.text).toMatch(
      new RegExp(`^\\[cron:${id} Nightly\\] Sum up the day\\nCurrent time: Tuesday, February 17th, 2026`),
    );
    const sessionId = request?.runId;
    const finished = {
      jobId: id,
      action: 'finished',
      status: 'ok',
      summary: 'Done.',
      model: 'm1',
      provider: 'mock',
      usage: { input_tokens: 10, output_tokens: 5, total_tokens: 10 },
      sessionId,
      sessionKey: `agent:main:cron:${id}:run:${sessionId}`,
      runAtMs: START + HOUR,
      durationMs: expect.any(Number),
      nextRunAtMs: START + 2 * HOUR,
    };
    expect(stage.events.slice(1)).toEqual([{ action: 'started', jobId: id, runAtMs: START + HOUR }, finished]);
    expect(await stage.cron.runs(id, 10)).toEqual([{ ts: expect.any(Number), ...finished }]);
    expect((await stage.store.sessions.get(`agent:main:cron:${id}`))?.entry).toMatchObject({
      label: 'Cron: Nightly',
      sessionId,
    });
    await stage.clock.advance(HOUR);
    expect(stage.submitted).toHaveLength(2);
    expect(stage.submitted[1]?.runId).not.toBe(sessionId);
  });

  test('with one thing to do is gone when it went well, and switched off when it did not', async () => {
    const stage = await openStage({ answer: ({ text }) => (text.includes('bad') ? failed('no') : answered('Fine.')) });
    stage.cron.start();
    const at = new Date(START + MINUTE).toISOString();
    const once = { schedule: { kind: 'at', at }, deleteAfterRun: true } as const;
    await stage.cron.add(turn({ ...once, name: 'good' }));
    await stage.cron.add(turn({ ...once, name: 'bad' }));
    await stage.clock.advance(2 * MINUTE);
    const jobs = await stage.cron.list({ includeDisabled: true });
    expect(jobs.map(({ name, enabled, state }) => ({ name, enabled, lastError: state.lastError }))).toEqual([
      { name: 'bad', enabled: false, lastError: 'no' },
    ]);
    expect(stage.events.filter(({ action }) => action === 'removed')).toHaveLength(1);
    await stage.clock.advance(HOUR);
    expect(stage.submitted).toHaveLength(2);
  });

  test('that fails waits longer each time, and goes on as before once it went well', async () => {
    let isDown = true;
    const stage = await openStage({ answer: () => (isDown ? failed('down') : answered('Up.')) });
    stage.cron.start();
    const { id } = await stage.cron.add(turn({ schedule: { kind: 'every', everyMs: 1_000 } }));
    const pauseAfter = async (): Promise<number> => {
      const [job] = await stage.cron.list({ includeDisabled: true });
      await stage.clock.advance((job?.state.nextRunAtMs ?? 0) - stage.clock.now());
      const [next] = await stage.cron.list({ includeDisabled: true });
      return (next?.state.nextRunAtMs ?? 0) - stage.clock.now();
    };
    const pauses: number[] = [];
    for (let run = 0; run < 6; run += 1) pauses.push(Math.round((await pauseAfter()) / 1_000));
    expect(pauses).toEqual([30, 60, 300, 900, 3_600, 3_600]);
    isDown = false;
    expect(await pauseAfter()).toBeLessThanOrEqual(1_000);
    const [job] = await stage.cron.list({ includeDisabled: true });
    expect(job).toMatchObject({ id, state: { consecutiveErrors: 0, lastStatus: 'ok' } });
    expect(job?.state.lastError).toBeUndefined();
  });

  test('that takes too long is stopped and says so', async () => {
    const stage = await openStage({ answer: () => never() });
    stage.cron.start();
    const { id } = await stage.cron.add(turn({ payload: { kind: 'agentTurn', message: 'm', timeoutSeconds: 5 } }));
    await stage.clock.advance(HOUR + 6_000);
    expect(stage.events.at(-1)).toMatchObject({ jobId: id, status: 'error', error: 'cron: job execution timed out' });
  });

  test('waits for the one that runs, unless more may run at once', async () => {
    const open = Promise.withResolvers<ReturnType<typeof answered>>();
    const stage = await openStage({ answer: () => open.promise });
    stage.cron.start();
    await stage.cron.add(turn({ name: 'a' }));
    await stage.cron.add(turn({ name: 'b' }));
    await stage.clock.advance(HOUR + 1_000);
    expect(stage.submitted).toHaveLength(1);
    open.resolve(answered('ok'));
    await stage.clock.advance(1_000);
    expect(stage.submitted).toHaveLength(2);
  });
});

describe('a job by hand', () => {
  test('runs now, refuses a second run beside the first, and can be asked only when due', async () => {
    const open = Promise.withResolvers<ReturnType<typeof answered>>();
    const stage = await openStage({ answer: () => open.promise });
    const { id } = await stage.cron.add(turn());
    expect(await stage.cron.run(id, 'due')).toEqual({ ok: true, ran: false, reason: 'not-due' });
    const first = stage.cron.run(id, 'force');
    await settled();
    expect(await stage.cron.run(id, 'force')).toEqual({ ok: true, ran: false, reason: 'already-running' });
    open.resolve(answered('ok'));
    expect(await first).toEqual({ ok: true, ran: true });
    await expect(stage.cron.run('nope', 'force')).rejects.toThrow('unknown cron job id: nope');
  });

  test('two jobs of one name both run', async () => {
    const stage = await openStage();
    for (const job of [await stage.cron.add(turn()), await stage.cron.add(turn())])
      await stage.cron.run(job.id, 'force');
    expect(stage.events.filter((event) => event.action === 'finished')).toMatchObject([
      { status: 'ok' },
      { status: 'ok' },
    ]);
  });
});

describe('after a restart', () => {
  test('what was missed runs once, however often it was due', async () => {
    const first = await openStage();
    const { id } = await first.cron.add(turn({ schedule: { kind: 'every', everyMs: MINUTE } }));
    await first.crash();
    await first.clock.advance(5 * HOUR);
    const second = await openStage({ dir: first.dir, clock: first.clock });
    second.cron.start();
    await second.clock.advance(1_000);
    expect(second.submitted).toHaveLength(1);
    expect(second.events.at(-1)).toMatchObject({ jobId: id, status: 'ok' });
  });

  test('a run that was cut off is found again by its id and has one outcome', async () => {
    const first = await openStage({ answer: () => never() });
    first.cron.start();
    const { id } = await first.cron.add(turn());
    await first.clock.advance(HOUR + 1_000);
    await first.crash();
    const second = await openStage({ dir: first.dir, clock: first.clock });
    second.cron.start();
    await second.clock.advance(2_000);
    expect(second.submitted.map(({ runId }) => runId)).toEqual([first.submitted[0]?.runId]);
    expect(await second.cron.runs(id, 10)).toHaveLength(1);
    const [job] = await second.cron.list({ includeDisabled: true });
    expect(job?.state).toMatchObject({ lastStatus: 'ok', nextRunAtMs: START + 2 * HOUR });
    expect(job?.state.runningAtMs).toBeUndefined();
  });

  test('an answer whose delivery was cut off is announced again under its key, which tells nobody twice', async () => {
    const delivery = { mode: 'announce', channel: 'telegram', to: '1' } as const;
    const first = await openStage({ announce: () => never() });
    first.cron.start();
    const { id } = await first.cron.add(turn({ delivery }));
    await first.clock.advance(HOUR + 1_000);
    expect(first.announced).toHaveLength(1);
    await first.crash();
    const second = await openStage({ dir: first.dir, clock: first.clock });
    second.cron.start();
    await second.clock.advance(2_000);
    expect(second.announced).toEqual(first.announced);
    expect(second.announced[0]?.key).toMatch(/^cron:/);
    expect(second.submitted).toEqual([]);
    expect(await second.cron.runs(id, 10)).toMatchObject([{ status: 'ok', summary: 'Done.' }]);
  });

  test('a mark that nobody holds does not keep a job from running', async () => {
    const first = await openStage();
    const { id } = await first.cron.add(turn());
    await first.crash();
    const path = join(first.dir, 'cron', 'jobs.json');
    const content = JSON.parse(await readFile(path, 'utf8'));
    content.jobs[0].state.runningAtMs = START;
    await writeFile(path, JSON.stringify(content));
    const second = await openStage({ dir: first.dir, clock: first.clock });
    second.cron.start();
    await second.clock.advance(HOUR + 1_000);
    expect(second.events.at(-1)).toMatchObject({ jobId: id, status: 'ok' });
  });
});

describe('a clock that is set', () => {
  test('back does not run a time twice, and does not keep an interval waiting', async () => {
    const stage = await openStage();
    stage.cron.start();
    await stage.cron.add(turn({ schedule: { kind: 'cron', expr: '30 10 * * *', tz: 'UTC' } }));
    await stage.cron.add(turn({ name: 'often', schedule: { kind: 'every', everyMs: 10 * MINUTE } }));
    await stage.clock.advance(31 * MINUTE);
    const daily = () => stage.submitted.filter(({ text }) => text.includes('Nightly'));
    expect(daily()).toHaveLength(1);
    const before = stage.submitted.length;
    stage.clock.set(START + 20 * MINUTE);
    await stage.clock.advance(15 * MINUTE);
    expect(daily()).toHaveLength(1);
    await stage.clock.advance(10 * MINUTE);
    expect(stage.submitted.length).toBeGreaterThan(before);
  });

  test('forward runs what was passed over once', async () => {
    const stage = await openStage();
    stage.cron.start();
    await stage.cron.add(turn({ schedule: { kind: 'cron', expr: '*/5 * * * *', tz: 'UTC' } }));
    await stage.clock.advance(1_000);
    stage.clock.set(START + 24 * HOUR + MINUTE);
    await stage.clock.advance(MINUTE);
    expect(stage.submitted).toHaveLength(1);
  });
});

describe('the file', () => {
  test('is read as people and older releases write it, and what is not understood is kept', async () => {
    const stage = await openStage();
    const { id } = await stage.cron.add(turn());
    const path = join(stage.dir, 'cron', 'jobs.json');
    const legacy = `{ version: 1, // by hand
      jobs: [
        { jobId: 'old', schedule: { atMs: ${START + HOUR} }, text: 'Remember', },
        { id: 'strange', schedule: { kind: 'moon' } },
      ] }`;
    await writeFile(path, legacy);
    expect(await stage.cron.list({ includeDisabled: true })).toMatchObject([
      {
        id: 'old',
        name: 'Remember',
        sessionTarget: 'main',
        schedule: { kind: 'at', at: new Date(START + HOUR).toISOString() },
      },
    ]);
    await expect(stage.cron.update(id, { name: 'x' })).rejects.toThrow(`unknown cron job id: ${id}`);
    await stage.cron.update('old', { name: 'New name' });
    const written = JSON.parse(await readFile(path, 'utf8'));
    expect(written.jobs.map((job: { id: string }) => job.id)).toEqual(['old', 'strange']);
    expect(await readFile(`${path}.bak`, 'utf8')).toBe(await readFile(path, 'utf8'));
  });

  test('that is broken is an error and is not overwritten', async () => {
    const stage = await openStage();
    await stage.cron.add(turn());
    const path = join(stage.dir, 'cron', 'jobs.json');
    await writeFile(path, '{ jobs: [');
    await expect(stage.cron.list({ includeDisabled: true })).rejects.toThrow('Failed to parse cron store');
    await expect(stage.cron.add(turn())).rejects.toThrow('Failed to parse cron store');
    expect(await readFile(path, 'utf8')).toBe('{ jobs: [');
  });

  test('a schedule that cannot be read is switched off after three looks and says why', async () => {
    const stage = await openStage();
    const { id } = await stage.cron.add(turn());
    const path = join(stage.dir, 'cron', 'jobs.json');
    const content = JSON.parse(await readFile(path, 'utf8'));
    content.jobs[0].schedule = { kind: 'cron', expr: 'never ever' };
    content.jobs[0].state = {};
    await writeFile(path, JSON.stringify(content));
    stage.cron.start();
    await stage.clock.advance(3 * MINUTE);
    const [job] = await stage.cron.list({ includeDisabled: true });
    expect(job).toMatchObject({ id, enabled: false, state: { lastError: expect.stringContaining('schedule error:') } });
  });
});

test('nothing is scheduled when cron is switched off, and everything when it is switched on', async () => {
  const stage = await openStage({ config: { cron: { enabled: false } } });
  stage.cron.start();
  const job = await stage.cron.add(turn());
  expect(job.state.nextRunAtMs).toBe(START + HOUR);
  expect(await stage.cron.status()).toMatchObject({ enabled: false, jobs: 1, nextWakeAtMs: null });
  await stage.clock.advance(2 * HOUR + MINUTE);
  expect(stage.submitted).toEqual([]);
  stage.setConfig({});
  await stage.clock.advance(1_000);
  expect(stage.submitted).toHaveLength(1);
  const skipped = await openStage({ env: { OPENCLAW_SKIP_CRON: '1' } });
  expect(await skipped.cron.status()).toMatchObject({ enabled: false });
});

describe('delivery', () => {
  test('an answer that no channel takes makes the job fail and is told to the main session', async () => {
    const refuse = async (): Promise<void> => {
      throw new Error('Unsupported channel: telegram');
    };
    const stage = await openStage({ announce: refuse });
    const delivery = { mode: 'announce', channel: 'telegram', to: '1' } as const;
    const { id } = await stage.cron.add(turn({ delivery }));
    await stage.cron.run(id, 'force');
    expect(stage.events.at(-1)).toMatchObject({
      status: 'error',
      error: 'Unsupported channel: telegram',
      summary: 'Done.',
    });
    expect(stage.systemEvents.list('agent:main:main').map(({ text }) => text)).toEqual(['Cron (error): Done.']);
    const effort = await stage.cron.add(turn({ delivery: { ...delivery, bestEffort: true } }));
    await stage.cron.run(effort.id, 'force');
    expect(stage.events.at(-1)).toMatchObject({ status: 'ok', summary: 'Done.' });
  });

  test('an answer that only says that all is well is not delivered', async () => {
    const stage = await openStage({ answer: () => answered('HEARTBEAT_OK') });
    const { id } = await stage.cron.add(turn({ delivery: { mode: 'announce' } }));
    await stage.cron.run(id, 'force');
    expect(stage.announced).toEqual([]);
    expect(stage.events.at(-1)).toMatchObject({ status: 'ok' });
  });

  test('a webhook gets the finished event with the token', async () => {
    const stage = await openStage({ config: { cron: { webhookToken: 'hook-token' } } });
    const { id } = await stage.cron.add(turn({ delivery: { mode: 'webhook', to: 'http://127.0.0.1:9/in' } }));
    await stage.cron.run(id, 'force');
    expect(stage.posts).toMatchObject([
      {
        url: 'http://127.0.0.1:9/in',
        token: 'Bearer hook-token',
        body: { jobId: id, action: 'finished', summary: 'Done.' },
      },
    ]);
  });
});

describe('a job of the main session', () => {
  const note: NewCronJob = {
    name: 'Stand up',
    schedule: { kind: 'every', everyMs: HOUR },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Stand up' },
  };

  test('leaves its text, and lets the agent speak at once', async () => {
    const stage = await openStage();
    const { id } = await stage.cron.add(note);
    await stage.cron.run(id, 'force');
    expect(stage.submitted).toMatchObject([{ sessionKey: 'agent:main:main', heartbeat: { ackMaxChars: 300 } }]);
    expect(stage.submitted[0]?.text).toContain('Stand up');
    expect(stage.events.at(-1)).toMatchObject({ status: 'ok', summary: 'Stand up' });
  });

  test('waits for a busy session, and leaves it to the next heartbeat when that takes too long', async () => {
    let busy = ['agent:main:main'];
    const stage = await openStage({ busy: () => busy });
    const { id } = await stage.cron.add(note);
    const run = stage.cron.run(id, 'force');
    await stage.clock.advance(125_000);
    expect(await run).toEqual({ ok: true, ran: true });
    expect(stage.submitted).toEqual([]);
    busy = [];
    await stage.clock.advance(2_000);
    expect(stage.submitted).toHaveLength(1);
  });

  test('that a restart cut off is told once: its run has the note already', async () => {
    const first = await openStage({ answer: () => never() });
    first.cron.start();
    const { id } = await first.cron.add(note);
    await first.clock.advance(HOUR + 1_000);
    const [request] = first.submitted;
    if (request === undefined) throw new Error('the job did not run');
    await first.store.ledger.accept({ ...request, body: request });
    await first.crash();
    const news = answered('Stand up!', { heartbeat: 'alert' });
    const second = await openStage({
      dir: first.dir,
      clock: first.clock,
      adopted: (runId) => (runId === request.runId ? news : undefined),
    });
    second.cron.start();
    await second.clock.advance(2_000);
    expect(second.systemEvents.list('agent:main:main')).toEqual([]);
    expect(await second.cron.runs(id, 10)).toMatchObject([{ status: 'ok', summary: 'Stand up' }]);
  });

  test('is skipped with the reason when the agent has no heartbeat', async () => {
    const stage = await openStage({ config: { agents: { defaults: { heartbeat: { every: '0m' } } } } });
    const { id } = await stage.cron.add(note);
    await stage.cron.run(id, 'force');
    expect(stage.events.at(-1)).toMatchObject({ status: 'skipped', error: 'disabled', summary: 'Stand up' });
  });
});

test('sessions of single runs go after their time, with what was said in them', async () => {
  const stage = await openStage();
  stage.cron.start();
  const { id } = await stage.cron.add(turn({ schedule: { kind: 'every', everyMs: 10 * HOUR } }));
  await stage.clock.advance(41 * HOUR);
  const { rows } = await stage.store.sessions.list({ search: ':run:' });
  expect(rows.length).toBe(3);
  expect(rows.every(({ key }) => key.startsWith(`agent:main:cron:${id}:run:`))).toBe(true);
});
