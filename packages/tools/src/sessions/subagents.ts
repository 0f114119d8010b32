import type { Clock } from '@chela/observability';
import { optionalNumber, optionalText, requiredText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { ToolResult } from '../tool.ts';
import {
  findSubagent,
  runtimeWords,
  type SubagentLists,
  shortLabel,
  subagentLine,
  subagentLists,
} from './subagent-list.ts';
import type { SubagentRegistry, SubagentRun } from './subagent-registry.ts';
import { fieldSummary } from './summary.ts';

const RECENT_DEFAULT_MINUTES = 30;
const RECENT_MAX_MINUTES = 24 * 60;
const MESSAGE_MAX_CHARS = 4000;
const STEER_INTERVAL_MS = 2000;
const STEERED_LIMIT = 500;

function unknownTarget(target: string): string {
  if (target === 'last') return 'Unknown subagent target.';
  if (/^#?\d+$/.test(target)) return `Invalid subagent index: ${target}`;
  return `Unknown subagent ${target.includes(':') ? 'session' : 'target'}: ${target}`;
}

/** The `subagents` tool (reference agent/tools.md §6). */
export function createSubagentsTool(deps: {
  readonly clock: Clock;
  readonly registry: SubagentRegistry | undefined;
}): BuiltInTool {
  const steeredAt = new Map<string, number>();

  async function runsOf(context: CallContext, minutes: number): Promise<SubagentLists> {
    const all = (await deps.registry?.of(context.sessionKey)) ?? [];
    return subagentLists(all, minutes, deps.clock.now());
  }

  function describe(run: SubagentRun, index: number) {
    const runtimeMs = (run.endedAt ?? deps.clock.now()) - run.startedAt;
    const view = {
      index,
      runId: run.runId,
      sessionKey: run.sessionKey,
      label: shortLabel(run.label),
      task: shortLabel(run.task),
      status: run.status,
      runtime: runtimeWords(runtimeMs),
      runtimeMs,
      model: run.model,
      startedAt: run.startedAt,
      endedAt: run.endedAt,
    };
    return { view, line: subagentLine(run, index, deps.clock.now()) };
  }

  async function list(context: CallContext, minutes: number): Promise<ToolResult> {
    const { active, recent } = await runsOf(context, minutes);
    const running = active.map((run, at) => describe(run, at + 1));
    const ended = recent.map((run, at) => describe(run, active.length + at + 1));
    const lines = (entries: readonly { line: string }[]): readonly string[] =>
      entries.length === 0 ? ['(none)'] : entries.map(({ line }) => line);
    const text = ['active subagents:', ...lines(running), '', `recent (last ${minutes}m):`, ...lines(ended)].join('\n');
    return jsonResult({
      status: 'ok',
      action: 'list',
      requesterSessionKey: context.sessionKey,
      callerSessionKey: context.sessionKey,
      callerIsSubagent: context.sessionKey.includes(':subagent:'),
      total: running.length + ended.length,
      active: running.map(({ view }) => view),
      recent: ended.map(({ view }) => view),
      text,
    });
  }

  async function killAll(runs: readonly SubagentRun[]): Promise<ToolResult> {
    const killed: string[] = [];
    for (const run of runs) if (await deps.registry?.kill(run)) killed.push(shortLabel(run.label));
    const text =
      killed.length === 0 ? 'no running subagents to kill.' : `killed ${killed.length}: ${killed.join(', ')}.`;
    return jsonResult({ status: 'ok', action: 'kill', target: 'all', killed: killed.length, labels: killed, text });
  }

  async function kill(run: SubagentRun, target: string): Promise<ToolResult> {
    const label = shortLabel(run.label);
    const facts = { action: 'kill', target, runId: run.runId, sessionKey: run.sessionKey, label };
    if (await deps.registry?.kill(run)) return jsonResult({ status: 'ok', ...facts, text: `killed ${label}.` });
    return jsonResult({ status: 'done', ...facts, text: `${label} has already finished.` });
  }

  async function steer(run: SubagentRun, target: string, message: string): Promise<ToolResult> {
    const facts = {
      action: 'steer',
      target,
      runId: run.runId,
      sessionKey: run.sessionKey,
      label: shortLabel(run.label),
    };
    if (run.status !== 'running') {
      return jsonResult({ status: 'done', ...facts, text: `${facts.label} has already finished.` });
    }
    const now = deps.clock.now();
    if (now - (steeredAt.get(run.sessionKey) ?? 0) < STEER_INTERVAL_MS) {
      const error = 'This subagent was steered a moment ago; wait a little before steering it again.';
      return jsonResult({ status: 'rate_limited', ...facts, error });
    }
    if (steeredAt.size >= STEERED_LIMIT) steeredAt.clear();
    steeredAt.set(run.sessionKey, now);
    const next = await deps.registry?.steer(run, message);
    return jsonResult({
      status: 'accepted',
      ...facts,
      runId: next?.runId,
      mode: 'restart',
      text: `steered ${facts.label}.`,
    });
  }

  async function run(args: ToolArguments, context: CallContext): Promise<ToolResult> {
    const action = optionalText(args, 'action') ?? 'list';
    const asked = optionalNumber(args, 'recentMinutes') ?? RECENT_DEFAULT_MINUTES;
    const minutes = Math.min(RECENT_MAX_MINUTES, Math.max(1, Math.floor(asked)));
    if (action === 'list') return list(context, minutes);
    const target = requiredText(args, 'target');
    const lists = await runsOf(context, minutes);
    if (action === 'kill' && target === 'all') return killAll(lists.active);
    const message = action === 'steer' ? requiredText(args, 'message') : '';
    if (message.length > MESSAGE_MAX_CHARS) {
      const error = `Message too long (${message.length} chars, max ${MESSAGE_MAX_CHARS}).`;
      return jsonResult({ status: 'error', action, target, error });
    }
    const found = findSubagent(lists, target);
    if (found === undefined) {
      return jsonResult({ status: 'error', action, target, error: unknownTarget(target) });
    }
    if (found.sessionKey === context.sessionKey) {
      return jsonResult({ status: 'forbidden', action, target, error: 'Subagents cannot steer themselves.' });
    }
    return action === 'kill' ? kill(found, target) : steer(found, target, message);
  }

  return {
    name: 'subagents',
    description: 'List the sub-agents started from this session, kill them, or steer one with a new message.',
    parameters: contractParameters('subagents'),
    sideEffects: 'possible',
    summary: fieldSummary([['target', 'target']]),
    run,
  };
}
