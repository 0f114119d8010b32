import { randomUUID } from 'node:crypto';
import { agentIds, defaultAgentId, normalizeAgentId } from '@chela/config';
import { type CliContext, CliFailure } from '../context.ts';
import { GatewayCallError, type GatewaySession, withGateway } from '../gateway-call.ts';
import { resolveTarget } from '../gateway-target.ts';
import { arrayAt, recordAt, textAt } from '../json-reader.ts';
import { type LoadedConfig, loadConfig, requireValid } from '../loaded-config.ts';

export interface AgentFlags {
  readonly message: string;
  readonly to?: string;
  readonly sessionId?: string;
  readonly agent?: string;
  readonly thinking?: string;
  readonly verbose?: string;
  readonly channel?: string;
  readonly replyTo?: string;
  readonly replyChannel?: string;
  readonly replyAccount?: string;
  readonly local?: boolean;
  readonly deliver?: boolean;
  readonly json?: boolean;
  readonly timeout?: string;
}

const DEFAULT_TIMEOUT_SECONDS = 600;
/** The call waits this much longer than the run may take. */
const CALL_GRACE_SECONDS = 30;
/** Longer than any run, shorter than what a timer can hold. */
const NO_LIMIT_SECONDS = 2_147_000;
const CONNECT_TIMEOUT_MS = 10_000;
const MS_PER_SECOND = 1000;

function timeoutSeconds(flags: AgentFlags): number {
  if (flags.timeout === undefined) return DEFAULT_TIMEOUT_SECONDS;
  const seconds = Number(flags.timeout);
  if (flags.timeout.trim() === '' || !Number.isInteger(seconds) || seconds < 0)
    throw new CliFailure(['Error: --timeout must be a non-negative integer (seconds; 0 means no timeout)']);
  return seconds;
}

type VerboseLevel = 'on' | 'full' | 'off';

function verboseLevel(text: string | undefined): VerboseLevel | undefined {
  if (text === undefined || text === 'on' || text === 'full' || text === 'off') return text;
  throw new CliFailure(['Error: Invalid verbose level. Use "on", "full", or "off".']);
}

function requireSession(flags: AgentFlags): void {
  if (flags.to || flags.sessionId || flags.agent) return;
  throw new CliFailure(['Error: Pass --to <E.164>, --session-id, or --agent to choose a session']);
}

/** Agents of a remote gateway are in its configuration, not in ours. */
function requireKnownAgent(loaded: LoadedConfig, flags: AgentFlags): void {
  const { current } = loaded;
  if (flags.agent === undefined || (current.gateway?.mode === 'remote' && !flags.local)) return;
  const id = normalizeAgentId(flags.agent);
  if (agentIds(current).includes(id) || id === defaultAgentId(current)) return;
  throw new CliFailure([
    `Error: Unknown agent id "${flags.agent}". Configured: ${agentIds(current).join(', ')} (agents.list in ${loaded.snapshot.path}).`,
  ]);
}

/** The session the run will use: a known id names its session, an unknown one a new session. */
async function sessionKeyOf(session: GatewaySession, flags: AgentFlags, agentId: string): Promise<string> {
  const { sessionId } = flags;
  if (sessionId === undefined) return `agent:${agentId}:main`;
  try {
    return textAt(await session.request('sessions.resolve', { sessionId }), 'key') ?? sessionId;
  } catch (error) {
    if (error instanceof GatewayCallError && error.kind === 'refused') return `agent:${agentId}:${sessionId}`;
    throw error;
  }
}

async function viaGateway(
  context: CliContext,
  loaded: LoadedConfig,
  flags: AgentFlags,
  seconds: number,
): Promise<unknown> {
  const target = resolveTarget(context, loaded, {});
  const level = verboseLevel(flags.verbose);
  const limit = seconds === 0 ? NO_LIMIT_SECONDS : seconds + CALL_GRACE_SECONDS;
  const params = {
    message: flags.message,
    ...(flags.agent !== undefined && { agentId: flags.agent }),
    ...(flags.to !== undefined && { to: flags.to }),
    ...(flags.sessionId !== undefined && { sessionId: flags.sessionId }),
    ...(flags.thinking !== undefined && { thinking: flags.thinking }),
    ...(flags.deliver !== undefined && { deliver: flags.deliver }),
    ...(flags.channel !== undefined && { channel: flags.channel }),
    ...(flags.replyTo !== undefined && { replyTo: flags.replyTo }),
    ...(flags.replyChannel !== undefined && { replyChannel: flags.replyChannel }),
    ...(flags.replyAccount !== undefined && { replyAccountId: flags.replyAccount }),
    timeout: seconds,
    idempotencyKey: randomUUID(),
  };
  return withGateway(context, target, { timeoutMs: CONNECT_TIMEOUT_MS }, async (session) => {
    const agentId = normalizeAgentId(flags.agent ?? defaultAgentId(loaded.current));
    // The `agent` method has no verbosity; it is stored with the session first.
    if (level !== undefined) {
      const key = await sessionKeyOf(session, flags, agentId);
      await session.request('sessions.patch', { key, verboseLevel: level });
    }
    return session.request('agent', params, { timeoutMs: limit * MS_PER_SECOND, expectFinal: true });
  });
}

function printPayloads(context: CliContext, payloads: readonly unknown[]): void {
  for (const payload of payloads) {
    const text = textAt(payload, 'text');
    if (text) context.output.line(text);
    const media = textAt(payload, 'mediaUrl');
    if (media) context.output.line(`MEDIA: ${media}`);
  }
}

/** A state directory has one owner: a turn beside a living gateway would write into its sessions. */
async function refuseBesideGateway(context: CliContext, loaded: LoadedConfig): Promise<void> {
  const { configPath, stateDir } = loaded.paths;
  const running = await context.runningGateway(configPath);
  if (running === undefined) return;
  throw new CliFailure([
    `Error: a running gateway (process ${running.pid}) owns the state directory ${stateDir}; nothing was run.`,
    'Send the message through it: leave --local away, and check `chela gateway status` when it does not answer.',
  ]);
}

async function embedded(
  context: CliContext,
  loaded: LoadedConfig,
  flags: AgentFlags,
  seconds: number,
): Promise<unknown> {
  await refuseBesideGateway(context, loaded);
  const verbose = verboseLevel(flags.verbose);
  const channel = flags.replyChannel ?? flags.channel;
  if (flags.deliver && channel !== undefined)
    throw new CliFailure([`Error: Outbound not configured for channel: ${channel}`]);
  return context.runEmbedded({
    message: flags.message,
    timeoutSeconds: seconds,
    ...(flags.agent !== undefined && { agentId: normalizeAgentId(flags.agent) }),
    ...(flags.sessionId !== undefined && { sessionId: flags.sessionId }),
    ...(flags.thinking !== undefined && { thinking: flags.thinking }),
    ...(verbose !== undefined && { verbose }),
  });
}

function mayBeTaken(error: GatewayCallError): CliFailure {
  return new CliFailure([
    `Error: ${error.message}`,
    ...error.detailLines,
    'The gateway may have taken the message, so nothing was run here. Look at the session before you send it again.',
  ]);
}

/** `agent`: one turn through the gateway, or in this process when the gateway is away or `--local` is given. */
export async function agent(context: CliContext, flags: AgentFlags): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const seconds = timeoutSeconds(flags);
  verboseLevel(flags.verbose);
  requireSession(flags);
  requireKnownAgent(loaded, flags);
  if (!flags.local) {
    try {
      const answer = await viaGateway(context, loaded, flags, seconds);
      if (flags.json) context.output.json(answer);
      else printPayloads(context, arrayAt(recordAt(answer, 'result'), 'payloads'));
      return;
    } catch (error) {
      // Only when nothing was sent: a message the gateway may have taken must not run a second time.
      if (error instanceof GatewayCallError && error.kind === 'timeout') throw mayBeTaken(error);
      if (!(error instanceof GatewayCallError) || error.kind !== 'unreachable') throw error;
      context.output.errorLine(`Gateway agent failed; falling back to embedded: Error: ${error.message}`);
      for (const line of error.detailLines) context.output.errorLine(line);
    }
  }
  const result = await embedded(context, loaded, flags, seconds);
  if (flags.json) context.output.json(result);
  else printPayloads(context, arrayAt(result, 'payloads'));
}
