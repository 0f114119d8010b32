import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricSeries } from './metric-series.ts';
import { METRICS, type MetricLabels, type MetricName, type Metrics } from './metrics.ts';
import type { ProcessFigures } from './process-figures.ts';

/** Upper bounds in seconds; from a cached answer to a long turn. The same for all histograms, so that they compare. */
export const HISTOGRAM_BUCKETS_SECONDS: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

/** Series a metric may have; more would mean that a label value comes from users. Further ones are dropped. */
const MAX_SERIES = 1_000;
/** Each sample wakes the process; ten a second show every stall that matters and leave an idle gateway idle. */
const LOOP_DELAY_RESOLUTION_MS = 100;
const NS_PER_MS = 1_000_000;
const NS_PER_SECOND = 1_000_000_000;

/**
 * Recording touches plain maps only; the text is made when the figures are read.
 * Loop delay is sampled from the start so that the first reading already covers start-up.
 */
export function createMetrics(): Metrics {
  const series = new Map<MetricName, Map<string, MetricSeries>>();
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
  loopDelay.enable();

  const find = (name: MetricName, labels: MetricLabels | undefined): MetricSeries | undefined => {
    let byLabels = series.get(name);
    if (byLabels === undefined) {
      byLabels = new Map();
      series.set(name, byLabels);
    }
    const key = METRICS[name].labels.map((label) => labels?.[label] ?? '').join('\u0000');
    const found = byLabels.get(key);
    if (found !== undefined || byLabels.size >= MAX_SERIES) return found;
    const made: MetricSeries = { labels: pickLabels(name, labels), value: 0, count: 0, buckets: [] };
    byLabels.set(key, made);
    return made;
  };

  const figures = (): ProcessFigures => ({
    memory: process.memoryUsage(),
    cpu: process.cpuUsage(),
    uptimeSeconds: process.uptime(),
    loopDelaySeconds: {
      mean: delaySeconds(loopDelay.mean),
      p50: delaySeconds(loopDelay.percentile(50)),
      p99: delaySeconds(loopDelay.percentile(99)),
      max: delaySeconds(loopDelay.max),
    },
  });

  return {
    count(name, labels, by = 1) {
      const found = find(name, labels);
      if (found !== undefined) found.value += by;
    },
    gauge(name, value, labels) {
      const found = find(name, labels);
      if (found !== undefined) found.value = value;
    },
    observe(name, seconds, labels) {
      const found = find(name, labels);
      if (found === undefined) return;
      found.value += seconds;
      found.count += 1;
      const index = HISTOGRAM_BUCKETS_SECONDS.findIndex((bound) => seconds <= bound);
      if (index >= 0) found.buckets[index] = (found.buckets[index] ?? 0) + 1;
    },
    async exposition() {
      const { renderExposition } = await import('./exposition.ts');
      const text = renderExposition(series, figures(), HISTOGRAM_BUCKETS_SECONDS);
      loopDelay.reset();
      return text;
    },
    close() {
      loopDelay.disable();
      series.clear();
    },
  };
}

function pickLabels(name: MetricName, labels: MetricLabels | undefined): MetricLabels {
  return Object.fromEntries(METRICS[name].labels.map((label) => [label, labels?.[label] ?? '']));
}

/**
 * How late a sample came. Node's histogram holds the time between two samples, of which the resolution is no delay, and
 * reports NaN and absurd values before its first sample.
 */
function delaySeconds(betweenNs: number): number {
  const seconds = (betweenNs - LOOP_DELAY_RESOLUTION_MS * NS_PER_MS) / NS_PER_SECOND;
  return Number.isFinite(seconds) && seconds < 86_400 ? Math.max(0, seconds) : 0;
}
