import { randomUUID } from 'node:crypto';
import { type AgentCommandResult, type CliContext, CliFailure } from '../context.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { resolveTarget } from '../gateway-target.ts';
import { arrayAt, recordAt, textAt } from '../json-reader.ts';
import { type LoadedConfig, loadConfig, requireValid } from '../loaded-config.ts';

export interface AgentFlags {
  readonly message: string;
  readonly to?: string;
  readonly sessionId?: string;
  readonly agent?: string;
  readonly thinking?: string;
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
const NO_LIMIT_SECONDS = 2_147_000;

function timeoutSeconds(flags: AgentFlags): number {
  if (flags.timeout === undefined) return DEFAULT_TIMEOUT_SECONDS;
  const seconds = Number(flags.timeout);
  if (!Number.isFinite(seconds) || seconds < 0)
    throw new CliFailure(['Error: --timeout must be a number of seconds, 0 or more']);
  return seconds;
}

function requireSession(flags: AgentFlags): void {
  if (flags.to || flags.sessionId || flags.agent) return;
  throw new CliFailure(['Error: Pass --to <E.164>, --session-id, or --agent to choose a session']);
}

async function viaGateway(
  context: CliContext,
  loaded: LoadedConfig,
  flags: AgentFlags,
  seconds: number,
): Promise<unknown> {
  const target = resolveTarget(context, loaded, {});
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
  return callGateway(context, target, 'agent', params, { timeoutMs: limit * 1000, expectFinal: true });
}

function printPayloads(context: CliContext, payloads: readonly unknown[]): void {
  for (const payload of payloads) {
    const text = textAt(payload, 'text');
    if (text) context.output.line(text);
    const media = textAt(payload, 'mediaUrl');
    if (media) context.output.line(`MEDIA: ${media}`);
  }
}

async function embedded(context: CliContext, flags: AgentFlags, seconds: number): Promise<AgentCommandResult> {
  const agentId = flags.agent ?? 'main';
  return context.runEmbedded({
    message: flags.message,
    agentId,
    sessionKey: `agent:${agentId}:main`,
    timeoutSeconds: seconds,
    ...(flags.thinking !== undefined && { thinking: flags.thinking }),
  });
}

/** `agent`: one turn through the gateway, or in this process when the gateway is away or `--local` is given. */
export async function agent(context: CliContext, flags: AgentFlags): Promise<void> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const seconds = timeoutSeconds(flags);
  if (!flags.local) {
    requireSession(flags);
    try {
      const answer = await viaGateway(context, loaded, flags, seconds);
      if (flags.json) context.output.json(answer);
      else printPayloads(context, arrayAt(recordAt(answer, 'result'), 'payloads'));
      return;
    } catch (error) {
      // Only when nothing was sent: a message the gateway may have taken must not run a second time.
      if (!(error instanceof GatewayCallError) || error.kind !== 'unreachable') throw error;
      context.output.errorLine(`Gateway agent failed; falling back to embedded: Error: ${error.message}`);
    }
  }
  const result = await embedded(context, flags, seconds);
  if (flags.json) context.output.json(result);
  else printPayloads(context, result.payloads);
}
