import {
  findSubagent,
  type SubagentLists,
  type SubagentRegistry,
  type SubagentRun,
  subagentLine,
  subagentLists,
} from '@chela/tools';
import { isRecord, readAssistantParts, readUserParts, textOf } from '../messages/content-parts.ts';
import type { CommandAnswer, CommandContext, CommandHandler } from './command.ts';

/** `/subagents`, `/kill` and `/steer`: the sub-agents of the session (reference agent/sessions.md §12, §20). */

const RECENT_MINUTES = 30;
const LOG_DEFAULT = 20;
const LOG_MAX = 200;
const LOG_LINE_MAX_CHARS = 1_000;
const RULE = '-----';
const USAGE = [
  '🤖 /subagents list | kill <id|#|all> | log <id|#> [lines] [tools] | info <id|#>',
  '/subagents send <id|#> <message> | steer <id|#> <message>',
  '/subagents spawn <agent> <task> [--model <model>] [--thinking <level>]',
].join('\n');

export const answerSubagents: CommandHandler = (context, args) => {
  const [, action = 'list', rest = ''] = /^(\S+)?\s*(.*)$/s.exec(args) ?? [];
  switch (action.toLowerCase()) {
    case 'list':
      return withRuns(context, (_room, lists) => ({ text: listText(lists, context.deps.clock.now()) }));
    case 'kill':
      return answerKill(context, rest);
    case 'steer':
      return answerSteer(context, rest);
    case 'send':
      return withTarget(context, rest, send);
    case 'log':
      return withTarget(context, rest, log);
    case 'info':
      return withTarget(context, rest, info);
    case 'spawn':
      return spawn(context, rest);
    default:
      return { text: USAGE };
  }
};

export const answerKill: CommandHandler = (context, args) => {
  if (args === '') return { text: 'Usage: /kill <id|#|all>' };
  if (args !== 'all' && args !== '*') return withTarget(context, args, kill);
  return withRuns(context, async (room) => {
    const count = await room.killAll(context.request.sessionKey);
    return { text: count === 0 ? '⚙️ No sub-agent is running.' : `⚙️ Stopped ${count} sub-agent(s).` };
  });
};

export const answerSteer: CommandHandler = (context, args) => {
  if (!/^\S+\s+\S/.test(args)) return { text: 'Usage: /steer <id|#> <message>' };
  return withTarget(context, args, async ({ room, run, rest }) => {
    if (run.status !== 'running') return { text: `⚠️ ${run.label} has ended already.` };
    const next = await room.steer(run, rest);
    return { text: `⚙️ ${run.label} goes on with your message (run ${next.runId}).` };
  });
};

async function withRuns(
  { deps, request }: CommandContext,
  answer: (room: SubagentRegistry, lists: SubagentLists) => CommandAnswer | Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  const room = deps.rooms.subagents;
  if (room === undefined) return { text: '⚠️ Sub-agents cannot be started here.' };
  return answer(room, subagentLists(await room.of(request.sessionKey), RECENT_MINUTES, deps.clock.now()));
}

interface Target {
  readonly context: CommandContext;
  readonly room: SubagentRegistry;
  readonly run: SubagentRun;
  /** What stands behind the target. */
  readonly rest: string;
}

function withTarget(
  context: CommandContext,
  args: string,
  act: (target: Target) => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  const [, target = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(args) ?? [];
  return withRuns(context, async (room, lists) => {
    const run = findSubagent(lists, target);
    if (run !== undefined) return act({ context, room, run, rest });
    if (target === '') return { text: USAGE };
    return { text: /^#?\d+$/.test(target) ? `⚠️ Invalid subagent index: ${target}` : `⚠️ Unknown subagent: ${target}` };
  });
}

function listText({ active, recent }: SubagentLists, now: number): string {
  const lines = (runs: readonly SubagentRun[], from: number): readonly string[] =>
    runs.length === 0 ? ['(none)'] : runs.map((run, at) => subagentLine(run, from + at, now));
  return [
    'active subagents:',
    RULE,
    ...lines(active, 1),
    '',
    `recent subagents (last ${RECENT_MINUTES}m):`,
    RULE,
    ...lines(recent, active.length + 1),
  ].join('\n');
}

async function kill({ room, run }: Target): Promise<CommandAnswer> {
  return { text: (await room.kill(run)) ? `⚙️ Stopped ${run.label}.` : `⚠️ ${run.label} has ended already.` };
}

async function send({ room, run, rest }: Target): Promise<CommandAnswer> {
  if (rest === '') return { text: 'Usage: /subagents send <id|#> <message>' };
  await room.send(run, rest);
  return { text: `⚙️ Sent to ${run.label}.` };
}

async function info({ context, run }: Target): Promise<CommandAnswer> {
  const session = await context.deps.store.sessions.get(run.sessionKey);
  const time = (ms: number | undefined): string => (ms === undefined ? 'n/a' : new Date(ms).toISOString());
  return {
    text: [
      'ℹ️ Subagent',
      `Status: ${run.status}`,
      `Label: ${run.label}`,
      `Task: ${run.task}`,
      `Run: ${run.runId}`,
      `Session: ${run.sessionKey}`,
      `SessionId: ${session?.entry.sessionId ?? 'n/a'}`,
      `Transcript: ${session?.entry.sessionFile ?? 'n/a'}`,
      `Model: ${run.model ?? 'default'}`,
      `Started: ${time(run.startedAt)}`,
      `Ended: ${time(run.endedAt)}`,
      `Cleanup: ${run.cleanup}`,
    ].join('\n'),
  };
}

async function log({ context, run, rest }: Target): Promise<CommandAnswer> {
  const words = rest.toLowerCase().split(/\s+/);
  const asked = words.map(Number).find((count) => Number.isInteger(count) && count > 0) ?? LOG_DEFAULT;
  const { sessions, transcripts } = context.deps.store;
  const session = await sessions.get(run.sessionKey);
  const entries =
    session === undefined ? [] : await transcripts.tail(session.entry.sessionId, Math.min(asked, LOG_MAX));
  const lines = entries.flatMap((entry) => {
    if (entry.type !== 'message') return [];
    const { role, content } = entry.message;
    if (role === 'toolResult' && !words.includes('tools')) return [];
    const text = textOf(role === 'assistant' ? readAssistantParts(content) : readUserParts(content)).trim();
    return text === '' ? [] : [`${role}: ${text.slice(0, LOG_LINE_MAX_CHARS)}`];
  });
  return { text: [`📜 Subagent log: ${run.label}`, ...(lines.length === 0 ? ['(no messages)'] : lines)].join('\n') };
}

/** Goes through the tool, so that its limits and its allowlist of agents count for people too. */
async function spawn(context: CommandContext, args: string): Promise<CommandAnswer> {
  const options: Record<string, string> = {};
  const plain = args.replace(/(?:^|\s)--(model|thinking)[\s=]+(\S+)/g, (_all, name: string, value: string) => {
    options[name] = value;
    return '';
  });
  const [, agentId, task] = /^(\S+)\s+(\S.*)$/s.exec(plain.trim()) ?? [];
  if (agentId === undefined || task === undefined) return { text: USAGE };
  const { deps, request, session, signal } = context;
  const ref = await deps.models.defaultRef(request.agentId);
  const { sessionKey, runId } = request;
  const scope = { agentId: request.agentId, sessionKey, provider: ref.provider, model: ref.model };
  const { details } = await deps.tools.invoke(
    { name: 'sessions_spawn', arguments: { task, agentId, ...options } },
    scope,
    {
      agentId: request.agentId,
      sessionKey,
      sessionId: session.sessionId,
      runId,
      toolCallId: runId,
      workspaceDir: '',
      contextWindow: 0,
      modelHasVision: false,
      signal,
    },
  );
  return { text: spawnText(details) };
}

function spawnText(details: unknown): string {
  const facts = isRecord(details) ? details : {};
  if (facts.status !== 'accepted') return `⚠️ ${facts.error ?? 'The sub-agent could not be started.'}`;
  return `🤖 Started (session ${facts.childSessionKey}, run ${facts.runId}). Its result will be sent here.`;
}
