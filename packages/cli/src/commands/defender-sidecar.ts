import { homedir, platform } from 'node:os';
import type { DecisionRecord, SidecarNews, WatchedGateway } from '@chela/defender';
import { type Logger, redactText, silentLogger, systemClock } from '@chela/observability';
import { createGatewayClient } from '@chela/protocol';
import type { CliContext } from '../context.ts';
import { loadDeviceIdentity } from '../device-identity-file.ts';
import { loadConfig } from '../loaded-config.ts';
import { defenderSection } from '../security/defender-section.ts';

/** Enough to see what goes on; a sidecar changes nothing. */
const SCOPES = ['operator.read', 'operator.approvals'];
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const CONNECT_TIMEOUT_MS = 10_000;

export interface SidecarFlags {
  readonly gateway: string;
  readonly token?: string;
  readonly password?: string;
  readonly json?: boolean;
}

/** `defender sidecar`: prints what the defender thinks of another gateway's actions until a signal ends it. */
export async function defenderSidecar(context: CliContext, flags: SidecarFlags): Promise<void> {
  const { createDefenderService, createSidecar } = await import('@chela/defender');
  const { paths, current } = await loadConfig(context);
  const section = { ...defenderSection(current), mode: 'enforce' };
  const defender = createDefenderService({
    stateDir: paths.stateDir,
    section: () => section,
    env: context.env,
    defaultMode: 'enforce',
    record: () => {},
    redact: redactText,
    clock: systemClock,
    logger: errorLogger(context),
  });
  defender.subscribe((record, event) => context.output.line(decisionLine(record, event, flags.json === true)));
  const sidecar = createSidecar({
    connect: () => connect(context, flags, paths.stateDir),
    defender,
    onNews: (news) => context.output.errorLine(newsLine(news, flags.gateway)),
    clock: { now: context.now, after: keepingAlive },
  });
  for (const signal of SIGNALS) process.once(signal, sidecar.close);
  await sidecar.done;
  for (const signal of SIGNALS) process.off(signal, sidecar.close);
  await defender.close();
}

async function connect(context: CliContext, flags: SidecarFlags, stateDir: string): Promise<WatchedGateway> {
  const token = flags.token ?? context.env.OPENCLAW_GATEWAY_TOKEN;
  const client = createGatewayClient({
    url: flags.gateway,
    client: { id: 'cli', version: context.version, platform: platform(), mode: 'cli', displayName: 'defender sidecar' },
    scopes: SCOPES,
    caps: ['tool-events'],
    device: await loadDeviceIdentity(stateDir || homedir(), context.now()),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    ...(token && { token }),
    ...(flags.password !== undefined && { password: flags.password }),
  });
  try {
    await client.connect();
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    onEvent: client.onEvent,
    closed: client.closed.then(({ code, reason }) => `the gateway closed (${code}) ${reason}`.trim()),
    close: () => client.close(),
  };
}

/** Between two connections nothing else keeps the process there. */
function keepingAlive(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}

function decisionLine({ decision, action, at }: DecisionRecord, event: string, asJson: boolean): string {
  if (asJson) return JSON.stringify({ type: 'event', event, payload: { ...decision, at, judged: action } });
  const { action: verdict, risk_score: score, reasons } = decision;
  const what = [action.tool, action.subject].filter(Boolean).join(' ').replaceAll('\n', ' ');
  const why = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  return `${new Date(at).toISOString()} ${verdict.padEnd(6)} ${String(score).padStart(3)} ${what}${why}`;
}

function newsLine(news: SidecarNews, gateway: string): string {
  if (news.kind === 'watching') return `Watching ${gateway}.`;
  if (news.kind === 'failed') return `An action could not be judged: ${news.error}`;
  return `Not connected to ${gateway} (${news.reason}). Next try in ${news.delayMs / 1000} s.`;
}

/** Standard output is for decisions; what goes wrong is said beside it. */
function errorLogger(context: CliContext): Logger {
  const say = (message: string): void => context.output.errorLine(redactText(message));
  return { ...silentLogger('sidecar'), warn: say, error: say };
}
