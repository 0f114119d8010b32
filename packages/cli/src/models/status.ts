import { normalizeProvider } from '@chela/models';
import { type CliContext, CliFailure } from '../context.ts';
import { numberFlag } from '../number-flag.ts';
import { openModelDesk } from './model-desk.ts';
import type { ProbeResult } from './probe.ts';
import { type ModelsStatus, modelsStatusReport } from './status-report.ts';

export interface ModelsStatusFlags {
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly check?: boolean;
  readonly probe?: boolean;
  readonly probeProvider?: string;
  readonly probeProfile?: string;
  readonly probeTimeout?: string;
  readonly probeConcurrency?: string;
  readonly probeMaxTokens?: string;
  readonly agent?: string;
}

const PROBE_TIMEOUT_MS = 8_000;
const PROBE_CONCURRENCY = 2;
const PROBE_MAX_TOKENS = 8;
const EXIT_MISSING = 1;
const EXIT_EXPIRING = 2;

/** `models status`. `--check` ends with 1 for a missing or expired credential, 2 for one that expires within a day. */
export async function modelsStatus(context: CliContext, flags: ModelsStatusFlags): Promise<void> {
  if (flags.plain && flags.probe) throw new CliFailure(['Error: --probe cannot be used with --plain output.']);
  const desk = await openModelDesk(context, flags.agent);
  const report = await modelsStatusReport(desk, context.now());
  const probes = flags.probe ? await probesFor(context, desk, report, flags) : undefined;
  if (flags.json) {
    const { auth } = report;
    context.output.json(probes === undefined ? report : { ...report, auth: { ...auth, probes: { results: probes } } });
  } else if (flags.plain) context.output.line(report.resolvedDefault);
  else for (const line of statusLines(report, desk.tilde, probes)) context.output.line(line);
  const code = flags.check ? checkCode(report) : 0;
  if (code !== 0) throw new CliFailure([], code);
}

async function probesFor(
  context: CliContext,
  desk: Parameters<typeof modelsStatusReport>[0],
  report: ModelsStatus,
  flags: ModelsStatusFlags,
): Promise<readonly ProbeResult[]> {
  const { probeProviders } = await import('./probe.ts');
  return probeProviders(context, desk, report, {
    provider: flags.probeProvider === undefined ? undefined : normalizeProvider(flags.probeProvider),
    profiles: (flags.probeProfile ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
    timeoutMs: numberFlag(flags.probeTimeout, PROBE_TIMEOUT_MS),
    concurrency: numberFlag(flags.probeConcurrency, PROBE_CONCURRENCY),
    maxTokens: numberFlag(flags.probeMaxTokens, PROBE_MAX_TOKENS),
  });
}

function checkCode({ auth }: ModelsStatus): number {
  const statuses = auth.oauth.profiles.map(({ status }) => status);
  if (auth.missingProvidersInUse.length > 0 || statuses.includes('expired') || statuses.includes('missing'))
    return EXIT_MISSING;
  return statuses.includes('expiring') ? EXIT_EXPIRING : 0;
}

const LABEL_WIDTH = 14;

function statusLines(
  report: ModelsStatus,
  tilde: (path: string) => string,
  probes: readonly ProbeResult[] | undefined,
): readonly string[] {
  const { auth } = report;
  const aliases = Object.entries(report.aliases).map(([alias, key]) => `${alias} -> ${key}`);
  return [
    labelled('Config', tilde(report.configPath)),
    labelled('Agent dir', tilde(report.agentDir)),
    labelled('Default', report.resolvedDefault),
    labelled(`Fallbacks (${report.fallbacks.length})`, listText(report.fallbacks)),
    labelled('Image model', report.imageModel ?? '-'),
    labelled(`Image fallbacks (${report.imageFallbacks.length})`, listText(report.imageFallbacks)),
    labelled(`Aliases (${aliases.length})`, listText(aliases)),
    labelled(
      `Configured models (${report.allowed.length})`,
      report.allowed.length === 0 ? 'all' : listText(report.allowed),
    ),
    '',
    'Auth overview',
    labelled('Auth store', tilde(auth.storePath)),
    labelled('Shell env', 'off'),
    labelled(`Providers w/ OAuth/tokens (${auth.providersWithOAuth.length})`, listText(auth.providersWithOAuth)),
    ...auth.providers.map(providerLine),
    ...section(
      'Missing auth',
      auth.missingProvidersInUse.map((provider) => `- ${provider} ${howToMend(provider)}`),
    ),
    ...section(
      'Resting profiles',
      auth.unusableProfiles.map(
        ({ profileId, kind, reason, remainingMs }) =>
          `- ${profileId} ${kind}${reason === undefined ? '' : ` (${reason})`} for ${duration(remainingMs)}`,
      ),
    ),
    '',
    'OAuth/token status',
    ...(auth.oauth.profiles.length === 0
      ? ['- none']
      : auth.oauth.profiles.map(({ label, status, remainingMs }) =>
          [`- ${label}`, status, ...(remainingMs === undefined ? [] : [`expires in ${duration(remainingMs)}`])].join(
            ' ',
          ),
        )),
    ...(probes === undefined ? [] : section('Auth probes', probes.map(probeLine))),
  ];
}

function labelled(label: string, value: string): string {
  return `${label.padEnd(LABEL_WIDTH)}: ${value}`;
}

function listText(values: readonly string[]): string {
  return values.length === 0 ? '-' : values.join(', ');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function providerLine(row: ModelsStatus['auth']['providers'][number]): string {
  const { count, oauth, token, apiKey, labels } = row.profiles;
  return [
    `- ${row.provider} effective=${row.effective.kind}:${row.effective.detail}`,
    ...(count === 0 ? [] : [`profiles=${count} (oauth=${oauth}, token=${token}, api_key=${apiKey})`, ...labels]),
    ...(row.env === undefined ? [] : [`env=${row.env.value}`, `source=${row.env.source}`]),
    ...(row.modelsJson === undefined ? [] : [`models.json=${row.modelsJson.value}`, `source=${row.modelsJson.source}`]),
  ].join(' | ');
}

function howToMend(provider: string): string {
  if (provider === 'anthropic')
    return 'Run `claude setup-token`, then `chela models auth setup-token`, or set an API key.';
  return 'Run `chela models auth add`, or set its API key in the environment.';
}

function probeLine({ provider, profileId, status, error, latencyMs }: ProbeResult): string {
  const time = latencyMs === null ? '' : ` ${latencyMs}ms`;
  return `- ${profileId ?? provider} ${status}${time}${error === undefined ? '' : ` ${error}`}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

function duration(ms: number): string {
  const unit = UNITS.find(([, size]) => ms >= size);
  return unit === undefined ? 'less than a minute' : `${Math.round(ms / unit[1])}${unit[0]}`;
}
