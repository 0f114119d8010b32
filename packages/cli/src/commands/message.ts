import { type CliContext, CliFailure } from '../context.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { resolveTarget } from '../gateway-target.ts';
import { arrayAt, flagAt, isRecord, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';

export interface MessageFlags extends Readonly<Record<string, unknown>> {
  readonly channel?: string;
  readonly account?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** Long enough for an upload and the retries of a busy service. */
const TIMEOUT_MS = 120_000;
/** Flags of the command itself; the rest are parameters of the action. */
const OWN_FLAGS: readonly string[] = ['channel', 'account', 'json', 'dryRun', 'verbose'];
/** Written as JSON on the command line. */
const JSON_FLAGS: readonly string[] = ['buttons', 'components', 'card'];

/**
 * An action of the message tool, done by the gateway: it holds the connections, and what it sends is in the outbox. Prints
 * `{action, channel, dryRun, handledBy, payload}` with `--json` (reference cli/cli.md §5).
 */
export async function messageAction(context: CliContext, action: string, flags: MessageFlags): Promise<void> {
  const { output } = context;
  const params = Object.fromEntries(
    Object.entries(flags)
      .filter(([key]) => !OWN_FLAGS.includes(key))
      .map(([key, value]) => [key, JSON_FLAGS.includes(key) ? readJson(key, value) : value]),
  );
  const target = resolveTarget(context, await loadConfig(context), {});
  const request = {
    action,
    params,
    ...(flags.channel !== undefined && { channel: flags.channel }),
    ...(flags.account !== undefined && { accountId: flags.account }),
    dryRun: flags.dryRun === true,
    idempotencyKey: crypto.randomUUID(),
  };
  const answer = await callGateway(context, target, 'channels.act', request, { timeoutMs: TIMEOUT_MS }).catch(
    (error: unknown) => {
      if (!(error instanceof GatewayCallError) || error.kind !== 'unreachable') throw error;
      const lines = [`Error: messages are sent by a running gateway: ${error.message}`, ...error.detailLines];
      throw new CliFailure([...lines, `Start one with \`${context.invokedAs} gateway run\`.`]);
    },
  );
  if (flags.json) return output.json(shownAnswer(action, answer));
  for (const line of answerLines(action, flags, answer)) output.line(line);
}

function readJson(flag: string, value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    throw new CliFailure([`Error: --${flag} must be valid JSON`]);
  }
}

/**
 * The gateway's answer as scripts know it: a send of a channel with results of its own is those results, of others where it
 * went with its receipt below `result` (reference cli/samples/message-dry-json, message-broadcast-dry-json).
 */
function shownAnswer(action: string, answer: unknown): Readonly<Record<string, unknown>> {
  const { channelLabel: _, payload: given, ...rest } = isRecord(answer) ? answer : {};
  const payload = isRecord(given) ? given : {};
  if (action === 'broadcast') return { ...rest, payload: { results: arrayAt(payload, 'results') } };
  return { ...rest, payload: 'via' in payload ? { ...payload, via: 'gateway' } : payload };
}

/** Done things, for people. */
const DONE: Readonly<Record<string, string>> = {
  send: 'Sent',
  poll: 'Poll sent',
  edit: 'Edited',
  delete: 'Deleted',
  react: 'Reacted',
  pin: 'Pinned',
  unpin: 'Unpinned',
  'thread-reply': 'Sent',
};
/** Actions whose answers name a new message. */
const MAKES_A_MESSAGE: ReadonlySet<string> = new Set(['send', 'poll', 'thread-reply']);

/** What a person wants to know of an answer; an action without a sentence of its own shows its result. */
function answerLines(action: string, flags: MessageFlags, answer: unknown): readonly string[] {
  const payload = recordAt(answer, 'payload');
  const where = textAt(answer, 'channelLabel') ?? textAt(answer, 'channel') ?? 'the channel';
  if (action === 'broadcast') {
    return arrayAt(payload, 'results').map((result) => {
      const error = textAt(result, 'error');
      const place = `${textAt(result, 'channel') ?? ''} ${textAt(result, 'to') ?? ''}`.trim();
      return error === undefined ? `✅ ${place}` : `❌ ${place}: ${error}`;
    });
  }
  const done = DONE[action];
  if (flags.dryRun === true && action !== 'send') return [`✅ ${action} could be done via ${where}.`];
  // Not there yet is not sent.
  if (flagAt(payload, 'queued')) return [`⏳ ${textAt(payload, 'note') ?? 'Not delivered yet.'}`];
  const warning = textAt(payload, 'warning');
  if (warning !== undefined) return [`⚠️ ${warning}`];
  if (done === undefined) return [`✅ ${action} via ${where}`, ...JSON.stringify(payload, null, 2).split('\n')];
  const id = textAt(payload, 'messageId') ?? textAt(recordAt(payload, 'result'), 'messageId');
  const named = id ?? (MAKES_A_MESSAGE.has(action) ? 'unknown' : String(flags.messageId ?? 'unknown'));
  const isTakenAway = action === 'react' && flagAt(payload, 'removed');
  return [`✅ ${isTakenAway ? 'Reaction taken away' : done} via ${where}. Message ID: ${named}`];
}
