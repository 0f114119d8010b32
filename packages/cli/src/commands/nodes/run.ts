import { type CliContext, CliFailure } from '../../context.ts';
import type { GatewaySession } from '../../gateway-call.ts';
import { flagAt, numberAt, textAt } from '../../json-reader.ts';
import { numberMember } from './invoke.ts';
import { type NodeDesk, type NodeFlags, payloadOf, withNode } from './node-desk.ts';

interface RunFlags extends Omit<NodeFlags, 'node'> {
  readonly node?: string;
  readonly cwd?: string;
  readonly env?: readonly string[];
  /** A line for the node's shell instead of words. */
  readonly raw?: string;
  readonly agent?: string;
  readonly ask?: string;
  readonly security?: string;
  readonly commandTimeout?: string;
  readonly needsScreenRecording?: boolean;
}

const NEEDS_APPROVAL = 'SYSTEM_RUN_DENIED: approval required';
const APPROVAL_TIMEOUT_MS = 120_000;
const ASK_MODES = ['off', 'on-miss', 'always'];
const SECURITY_MODES = ['deny', 'allowlist', 'full'];

/**
 * `nodes run`: a command on a node. The node decides by its own exec approvals; when it wants a person's word, the
 * gateway asks for it and the command is sent again with the answer. Ends with the exit code 1 when the command failed.
 */
export async function nodesRun(context: CliContext, words: readonly string[], flags: RunFlags): Promise<void> {
  const { node = '' } = flags;
  const answer = await withNode(context, 'nodes run', { ...flags, node }, async (desk) => {
    assertMode('--ask', flags.ask, ASK_MODES);
    assertMode('--security', flags.security, SECURITY_MODES);
    return runCommand(desk, commandParams(words, flags), flags);
  });
  const { output } = context;
  if (flags.json) return output.json(answer);
  const result = payloadOf(answer);
  for (const name of ['stdout', 'stderr'] as const) {
    const text = (textAt(result, name) ?? '').trimEnd();
    if (text !== '') (name === 'stdout' ? output.line : output.errorLine)(text);
  }
  if (flagAt(result, 'success')) return;
  throw new CliFailure([failureText(result)]);
}

function failureText(result: unknown): string {
  if (flagAt(result, 'timedOut')) return 'the command took too long';
  const error = textAt(result, 'error');
  return error === undefined ? `the command ended with exit code ${numberAt(result, 'exitCode') ?? '?'}` : error;
}

function assertMode(flag: string, value: string | undefined, known: readonly string[]): void {
  if (value !== undefined && !known.includes(value)) throw new Error(`${flag} must be ${known.join(', ')}`);
}

function commandParams(words: readonly string[], flags: RunFlags): Record<string, unknown> {
  const raw = flags.raw?.trim();
  if (raw && words.length > 0) throw new Error('give either a command or --raw');
  if (!raw && words.length === 0) throw new Error('command required');
  const env = environment(flags.env ?? []);
  return {
    command: raw ? ['/bin/sh', '-lc', raw] : [...words],
    ...(raw && { rawCommand: raw }),
    ...(flags.cwd !== undefined && { cwd: flags.cwd }),
    ...(env && { env }),
    ...numberMember('timeoutMs', flags.commandTimeout),
    ...(flags.needsScreenRecording && { needsScreenRecording: true }),
    ...(flags.agent !== undefined && { agentId: flags.agent }),
  };
}

function environment(pairs: readonly string[]): Record<string, string> | undefined {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new Error(`--env takes KEY=VALUE, not ${pair}`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

async function runCommand(desk: NodeDesk, params: Record<string, unknown>, flags: RunFlags): Promise<unknown> {
  if (flags.ask !== 'always') {
    try {
      return await desk.invoke('system.run', params);
    } catch (error) {
      const isRefused = error instanceof Error && error.message.includes(NEEDS_APPROVAL);
      if (!isRefused || flags.ask === 'off') throw error;
    }
  }
  const word = await askPeople(desk.session, params, flags);
  return desk.invoke('system.run', { ...params, ...word });
}

async function askPeople(
  session: GatewaySession,
  params: Record<string, unknown>,
  flags: RunFlags,
): Promise<Record<string, unknown>> {
  const words = Array.isArray(params.command) ? params.command.map(String) : [];
  const answer = await session.request(
    'exec.approval.request',
    {
      command: textAt(params, 'rawCommand') ?? words.map(shown).join(' '),
      host: 'node',
      ...(flags.cwd !== undefined && { cwd: flags.cwd }),
      ...(flags.security !== undefined && { security: flags.security }),
      ...(flags.ask !== undefined && { ask: flags.ask }),
      ...(flags.agent !== undefined && { agentId: flags.agent }),
      timeoutMs: APPROVAL_TIMEOUT_MS,
    },
    { timeoutMs: APPROVAL_TIMEOUT_MS + 10_000 },
  );
  const decision = textAt(answer, 'decision');
  if (decision === undefined) throw new Error('exec denied: approval timed out');
  if (decision === 'deny') throw new Error('exec denied: user denied');
  return { runId: textAt(answer, 'id'), approved: true, approvalDecision: decision };
}

/** A word of an argument vector as approvals show it (reference nodes/nodes.md §6). */
function shown(word: string): string {
  if (word === '') return '""';
  return /[\s"]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word;
}
