import { silentLogger } from '@chela/observability';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createRestartControl } from './create-restart-control.ts';

function bench(runs = 0) {
  const clock = createFakeClock();
  const active = { runs };
  const control = createRestartControl({ clock, logger: silentLogger(), activeRuns: () => active.runs });
  const seen: string[] = [];
  void control.due.then((reason) => seen.push(reason));
  /** What is due after some more time. */
  const after = async (ms: number): Promise<readonly string[]> => {
    clock.advance(ms);
    await Promise.resolve();
    return seen;
  };
  return { control, active, after };
}

describe('a restart', () => {
  it('comes after 2 seconds unless a delay is named, and at most after a minute', async () => {
    const { control, after } = bench();
    expect(control.schedule({ reason: 'a' })).toMatchObject({
      ok: true,
      signal: 'SIGUSR1',
      delayMs: 2000,
      mode: 'emit',
    });
    expect(await after(1999)).toEqual([]);
    expect(await after(1)).toEqual(['a']);
    expect(bench().control.schedule({ reason: 'b', delayMs: 99_000 }).delayMs).toBe(60_000);
  });

  it('waits for running turns, but not for ever', async () => {
    const waiting = bench(1);
    waiting.control.schedule({ reason: 'a', delayMs: 0 });
    expect(await waiting.after(5000)).toEqual([]);
    waiting.active.runs = 0;
    expect(await waiting.after(500)).toEqual(['a']);

    const stuck = bench(1);
    stuck.control.schedule({ reason: 'a', delayMs: 0 });
    expect(await stuck.after(29_000)).toEqual([]);
    expect(await stuck.after(1_500)).toEqual(['a']);
  });

  it('is one, at the earliest time that somebody asked for', async () => {
    const { control, after } = bench();
    control.schedule({ reason: 'late', delayMs: 5000 });
    control.schedule({ reason: 'early', delayMs: 1000 });
    control.schedule({ reason: 'later', delayMs: 3000 });
    expect(await after(1000)).toEqual(['early']);
    control.schedule({ reason: 'again', delayMs: 0 });
    expect(await after(10_000)).toEqual(['early']);
  });

  it('for a changed file leaves the time to whoever asked by name', async () => {
    const { control, after } = bench();
    control.schedule({ reason: 'file', delayMs: 500, fromFile: true });
    control.schedule({ reason: 'config.patch', delayMs: 5000 });
    control.schedule({ reason: 'file', delayMs: 500, fromFile: true });
    expect(await after(4999)).toEqual([]);
    expect(await after(1)).toEqual(['config.patch']);
  });

  it('is called off when the gateway closes', async () => {
    const { control, after } = bench();
    control.schedule({ reason: 'a', delayMs: 10 });
    control.close();
    expect(await after(60_000)).toEqual([]);
  });
});
