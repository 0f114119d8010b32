import type { MetricSeries } from './metric-series.ts';
import { METRICS, type MetricLabels, type MetricName } from './metrics.ts';
import type { ProcessFigures } from './process-figures.ts';

/**
 * The Prometheus text format 0.0.4 of everything recorded. Written here rather than with a client library: the figures
 * are already counted, and the library costs 45 ms of loop time and 12 MB to print them.
 */
export function renderExposition(
  recorded: ReadonlyMap<MetricName, ReadonlyMap<string, MetricSeries>>,
  figures: ProcessFigures,
  buckets: readonly number[],
): string {
  const families = metricNames().map((name) => {
    const { kind, help } = METRICS[name];
    const all = [...(recorded.get(name)?.values() ?? [])];
    const lines = all.flatMap((one) =>
      kind === 'histogram' ? histogramLines(name, one, buckets) : [sample(name, one.labels, one.value)],
    );
    return family(name, kind, help, lines);
  });
  return `${[...families, ...processFamilies(figures)].join('\n')}\n`;
}

function metricNames(): MetricName[] {
  const known = (name: string): name is MetricName => Object.hasOwn(METRICS, name);
  return Object.keys(METRICS).filter(known);
}

function histogramLines(name: string, one: MetricSeries, buckets: readonly number[]): string[] {
  let total = 0;
  const steps = buckets.map((bound, index) => {
    total += one.buckets[index] ?? 0;
    return sample(`${name}_bucket`, { ...one.labels, le: String(bound) }, total);
  });
  return [
    ...steps,
    sample(`${name}_bucket`, { ...one.labels, le: '+Inf' }, one.count),
    sample(`${name}_sum`, one.labels, one.value),
    sample(`${name}_count`, one.labels, one.count),
  ];
}

function family(name: string, kind: string, help: string, lines: readonly string[]): string {
  const header = [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${kind}`];
  return [...header, ...lines].join('\n');
}

function sample(name: string, labels: MetricLabels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function processFamilies({ memory, cpu, uptimeSeconds, loopDelaySeconds }: ProcessFigures): string[] {
  const one = (kind: 'gauge' | 'counter', name: string, help: string, value: number): string =>
    family(name, kind, help, [sample(name, {}, value)]);
  return [
    one('gauge', 'process_resident_memory_bytes', 'Resident memory', memory.rss),
    one('gauge', 'nodejs_heap_size_total_bytes', 'Heap reserved by the runtime', memory.heapTotal),
    one('gauge', 'nodejs_heap_size_used_bytes', 'Heap in use', memory.heapUsed),
    one('gauge', 'nodejs_external_memory_bytes', 'Memory of buffers outside the heap', memory.external),
    one('gauge', 'process_uptime_seconds', 'Time since the process started', uptimeSeconds),
    one('counter', 'process_cpu_seconds_total', 'Processor time used', (cpu.user + cpu.system) / 1e6),
    one('gauge', 'nodejs_eventloop_lag_mean_seconds', 'Mean loop delay since the last reading', loopDelaySeconds.mean),
    one('gauge', 'nodejs_eventloop_lag_p50_seconds', 'Median loop delay since the last reading', loopDelaySeconds.p50),
    one('gauge', 'nodejs_eventloop_lag_p99_seconds', '99th percentile of the loop delay', loopDelaySeconds.p99),
    one('gauge', 'nodejs_eventloop_lag_max_seconds', 'Longest loop delay since the last reading', loopDelaySeconds.max),
  ];
}
