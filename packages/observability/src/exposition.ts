import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricSeries } from './metric-series.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { ProcessFigures } from './process-figures.ts';

/** The Prometheus text format of everything recorded; imported only when somebody reads the figures. */
export async function renderExposition(
  recorded: ReadonlyMap<MetricName, ReadonlyMap<string, MetricSeries>>,
  figures: ProcessFigures,
  buckets: readonly number[],
): Promise<string> {
  const registry = new Registry();
  for (const name of metricNames()) {
    addMetric(registry, name, [...(recorded.get(name)?.values() ?? [])], buckets);
  }
  addProcessFigures(registry, figures);
  return registry.metrics();
}

function metricNames(): MetricName[] {
  const known = (name: string): name is MetricName => Object.hasOwn(METRICS, name);
  return Object.keys(METRICS).filter(known);
}

function addMetric(
  registry: Registry,
  name: MetricName,
  all: readonly MetricSeries[],
  buckets: readonly number[],
): void {
  const { kind, help, labels } = METRICS[name];
  const shared = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === 'counter') {
    const counter = new Counter(shared);
    for (const one of all) counter.inc({ ...one.labels }, one.value);
  } else if (kind === 'gauge') {
    const gauge = new Gauge(shared);
    for (const one of all) gauge.set({ ...one.labels }, one.value);
  } else {
    new RecordedHistogram({ ...shared, buckets: [...buckets] }, all, buckets);
  }
}

/** A histogram whose counts were made elsewhere; the library can only render what it observed itself otherwise. */
class RecordedHistogram extends Histogram<string> {
  readonly #title: { readonly name: string; readonly help: string };
  readonly #all: readonly MetricSeries[];
  readonly #bounds: readonly number[];

  constructor(
    options: ConstructorParameters<typeof Histogram<string>>[0],
    all: readonly MetricSeries[],
    bounds: readonly number[],
  ) {
    super(options);
    this.#title = { name: options.name, help: options.help };
    this.#all = all;
    this.#bounds = bounds;
  }

  override async get(): ReturnType<Histogram<string>['get']> {
    const base = await super.get();
    return { ...base, ...this.#title, values: this.#all.flatMap((one) => this.#render(one)) };
  }

  #render(one: MetricSeries): Awaited<ReturnType<Histogram<string>['get']>>['values'] {
    const { name } = this.#title;
    let total = 0;
    const steps = this.#bounds.map((bound, index) => {
      total += one.buckets[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { ...one.labels, le: bound }, value: total };
    });
    return [
      ...steps,
      { metricName: `${name}_bucket`, labels: { ...one.labels, le: '+Inf' }, value: one.count },
      { metricName: `${name}_sum`, labels: { ...one.labels }, value: one.value },
      { metricName: `${name}_count`, labels: { ...one.labels }, value: one.count },
    ];
  }
}

function addProcessFigures(registry: Registry, figures: ProcessFigures): void {
  const gauge = (name: string, help: string, value: number): void => {
    new Gauge({ name, help, registers: [registry] }).set(value);
  };
  gauge('process_resident_memory_bytes', 'Resident memory', figures.memory.rss);
  gauge('nodejs_heap_size_total_bytes', 'Heap reserved by the runtime', figures.memory.heapTotal);
  gauge('nodejs_heap_size_used_bytes', 'Heap in use', figures.memory.heapUsed);
  gauge('nodejs_external_memory_bytes', 'Memory of buffers outside the heap', figures.memory.external);
  gauge('process_uptime_seconds', 'Time since the process started', figures.uptimeSeconds);
  gauge('nodejs_eventloop_lag_mean_seconds', 'Mean loop delay since the last reading', figures.loopDelaySeconds.mean);
  gauge('nodejs_eventloop_lag_p50_seconds', 'Median loop delay since the last reading', figures.loopDelaySeconds.p50);
  gauge('nodejs_eventloop_lag_p99_seconds', '99th percentile of loop delay', figures.loopDelaySeconds.p99);
  gauge('nodejs_eventloop_lag_max_seconds', 'Longest loop delay since the last reading', figures.loopDelaySeconds.max);
  const cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'Processor time used', registers: [registry] });
  cpu.inc((figures.cpu.user + figures.cpu.system) / 1e6);
}
