import type { HelloFacts } from './gateway.ts';
import type { Summary } from './stats.ts';
import type { Better } from './suite.ts';

export interface MetricResult {
  readonly suite: string;
  readonly metric: string;
  readonly unit: string;
  readonly better: Better;
  /** Gateway name → summary of its samples. */
  readonly values: Readonly<Record<string, Summary | null>>;
  /** Gateway name → its median divided by the first gateway's. */
  readonly ratioToFirst: Readonly<Record<string, number>>;
}

export interface Results {
  readonly schema: 1;
  readonly startedAt: string;
  readonly wallS: number;
  readonly quick: boolean;
  readonly profile: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly kernel: string;
    readonly node: string;
    readonly loadAverageAtEnd: readonly number[];
  };
  readonly gateways: readonly ({ readonly name: string } & {
    readonly [K in keyof HelloFacts]: HelloFacts[K] | null;
  })[];
  readonly suiteSeconds: Readonly<Record<string, number>>;
  readonly foreignLoadCores: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  readonly metrics: readonly MetricResult[];
}

/** From this many samples on a cell shows percentiles instead of the range. */
const PERCENTILES_FROM = 20;

/** The results as Markdown: one row a metric, one column a gateway, and ratios to the first gateway. */
export function markdown(results: Results): string {
  const { machine, gateways, notes } = results;
  const described = gateways.map(
    ({ name, version, protocol, methods }) =>
      `${name} = reported version ${version}, protocol ${protocol}, ${methods} methods`,
  );
  const suites = [...new Set(results.metrics.map(({ suite }) => suite))];
  return `${[
    `Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, kernel ${machine.kernel}, client Node ${machine.node}. ` +
      `Profile ${results.profile}${results.quick ? ', quick' : ''}; run of ${results.wallS} s.`,
    '',
    `Gateways: ${described.join('; ')}.`,
    '',
    'Cells: median (min–max), or median (p95, p99) from 20 samples on.',
    ...suites.flatMap((suite) => suiteTable(results, suite)),
    ...(notes.length ? ['', 'Notes of the run:', '', ...notes.map((note) => `- ${note}`)] : []),
  ].join('\n')}\n`;
}

function suiteTable(results: Results, suite: string): readonly string[] {
  const names = results.gateways.map(({ name }) => name);
  const [first, ...others] = names;
  const columns = [...names, ...others.map((name) => `${name} / ${first}`)];
  return [
    '',
    `### ${suite}`,
    '',
    `${results.suiteSeconds[suite]} s; other programs on the machine used ${results.foreignLoadCores[suite]} cores meanwhile.`,
    '',
    `| metric | unit | ${columns.join(' | ')} |`,
    `|---|---|${'---|'.repeat(columns.length)}`,
    ...results.metrics.filter((metric) => metric.suite === suite).map((metric) => row(metric, names, others)),
  ];
}

function row(metric: MetricResult, names: readonly string[], others: readonly string[]): string {
  const ratios = others.map((name) => {
    const ratio = metric.ratioToFirst[name];
    return ratio === undefined ? '–' : `×${ratio}`;
  });
  const cells = [...names.map((name) => cell(metric.values[name] ?? null)), ...ratios];
  return `| ${metric.metric}${metric.better === 'higher' ? ' ↑' : ''} | ${metric.unit} | ${cells.join(' | ')} |`;
}

export function cell(summary: Summary | null): string {
  if (!summary) return '–';
  if (summary.n === 1) return String(summary.p50);
  return summary.n >= PERCENTILES_FROM
    ? `${summary.p50} (p95 ${summary.p95}, p99 ${summary.p99})`
    : `${summary.p50} (${summary.min}–${summary.max})`;
}
