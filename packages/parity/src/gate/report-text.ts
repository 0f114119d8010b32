import type { Count } from '../scorecard/scorecard.ts';
import type { Figure, GateReport, SubsystemVerdict } from './verdict.ts';

const verdictLine = ({ releasable, release }: GateReport): string =>
  `Release ${release} is ${releasable ? 'releasable' : 'not releasable'}.`;

/** The report for a terminal: the verdict, what blocks it, a line a subsystem. */
export function gateText(report: GateReport): string {
  const width = Math.max(...report.subsystems.map(({ name }) => name.length));
  return [
    verdictLine(report),
    ...report.blockers.map((blocker) => `  blocks: ${blocker}`),
    '',
    ...report.subsystems.map((row) => `${row.name.padEnd(width)}  ${row.verdict.padEnd(11)}  ${countText(row)}`),
    '',
    `Figures: ${tally(report.figures)}.`,
    `Security suite: ${report.securitySuite.filter(({ outcome }) => outcome === 'passed').length} of ${report.securitySuite.length} passed.`,
  ].join('\n');
}

/** The report as a page. */
export function gateMarkdown(report: GateReport): string {
  return `${[
    '# Release gate',
    '',
    `**${verdictLine(report)}**`,
    '',
    ...report.blockers.map((blocker) => `- ${blocker}`),
    ...(report.blockers.length > 0 ? [''] : []),
    '| subsystem | verdict | required: pass / all | compared: pass / all |',
    '| --- | --- | ---: | ---: |',
    ...report.subsystems.map(
      ({ name, verdict, requirements, evidence }) =>
        `| ${name} | ${verdict} | ${share(requirements)} | ${share(evidence)} |`,
    ),
    '',
    '| figure | bound | measured | verdict |',
    '| --- | --- | ---: | --- |',
    ...report.figures.map(
      ({ title, bound, figure, verdict }) => `| ${title} | ${bound} | ${figure ?? '–'} | ${verdict} |`,
    ),
    '',
    '| security suite | outcome |',
    '| --- | --- |',
    ...report.securitySuite.map(({ id, outcome }) => `| \`${id}\` | ${outcome} |`),
  ].join('\n')}\n`;
}

const countText = ({ requirements, evidence }: SubsystemVerdict): string =>
  `${share(requirements)} required, ${share(evidence)} compared`;

const share = ({ passed, failed, notCovered }: Count): string => `${passed}/${passed + failed + notCovered}`;

const tally = (figures: readonly Figure[]): string =>
  (['reached', 'missed', 'not measured'] as const)
    .map((verdict) => `${figures.filter((figure) => figure.verdict === verdict).length} ${verdict}`)
    .join(', ');
