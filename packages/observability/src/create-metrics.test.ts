import { afterEach, expect, test, vi } from 'vitest';
import { createMetrics } from './create-metrics.ts';
import type { Metrics } from './metrics.ts';

const open: Metrics[] = [];
afterEach(() => {
  for (const metrics of open.splice(0)) metrics.close();
});
function start(): Metrics {
  const metrics = createMetrics();
  open.push(metrics);
  return metrics;
}

test('counters add up and gauges keep the last value, by label', async () => {
  const metrics = start();
  metrics.count('chela_turns_total', { outcome: 'answered' });
  metrics.count('chela_turns_total', { outcome: 'answered' }, 2);
  metrics.count('chela_turns_total', { outcome: 'failed' });
  metrics.gauge('chela_outbox_depth', 7);
  metrics.gauge('chela_outbox_depth', 3);
  const text = await metrics.exposition();
  expect(text).toContain('# TYPE chela_turns_total counter');
  expect(text).toContain('chela_turns_total{outcome="answered"} 3');
  expect(text).toContain('chela_turns_total{outcome="failed"} 1');
  expect(text).toContain('chela_outbox_depth 3');
});

test('a histogram has cumulative buckets, sum and count', async () => {
  const metrics = start();
  for (const seconds of [0.004, 0.04, 400])
    metrics.observe('chela_rpc_seconds', seconds, { method: 'm', outcome: 'ok' });
  const text = await metrics.exposition();
  const value = (name: string, le?: string) => {
    const label = le === undefined ? '' : `,le="${le}"`;
    return new RegExp(
      `^chela_rpc_seconds_${name}\\{method="m",outcome="ok"${label.replace('+', '\\+')}\\} (.+)$`,
      'm',
    ).exec(text)?.[1];
  };
  expect(value('bucket', '0.001')).toBe('0');
  expect(value('bucket', '0.005')).toBe('1');
  expect(value('bucket', '0.05')).toBe('2');
  expect(value('bucket', '+Inf')).toBe('3');
  expect(value('count')).toBe('3');
  expect(Number(value('sum'))).toBeCloseTo(400.044);
});

test('every line is a comment or a sample of the text format, whatever the label says', async () => {
  const metrics = start();
  metrics.count('chela_events_sent_total', { event: 'a "quoted"\nline\\' });
  const lines = (await metrics.exposition()).trimEnd().split('\n');
  const sample =
    /^[a-z_0-9]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?[\d.e+-]+$/;
  expect(lines.filter((line) => !line.startsWith('# ') && !sample.test(line))).toEqual([]);
});

test('memory and loop delay are always there', async () => {
  const text = await start().exposition();
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
});

test('a loop that is free shows no delay', async () => {
  const metrics = start();
  const untilSampled = { interval: 350, timeout: 10_000 };
  await vi.waitFor(async () => {
    const median = /^nodejs_eventloop_lag_p50_seconds (\S+)$/m.exec(await metrics.exposition())?.[1];
    expect(Number(median)).toBeGreaterThan(0);
    expect(Number(median)).toBeLessThan(0.1);
  }, untilSampled);
});

test('labels that come from users cannot fill the memory', async () => {
  const metrics = start();
  for (let id = 0; id < 3_000; id += 1) metrics.count('chela_events_sent_total', { event: `e${id}` });
  const text = await metrics.exposition();
  expect(text.match(/^chela_events_sent_total\{/gm)?.length).toBe(1_000);
});
