import { randomUUID } from 'node:crypto';
import type { ToolResult } from '@chela/tools';
import { isRecord } from '../messages/content-parts.ts';
import { resolveWorkspaceDir } from '../prompt/workspace-dir.ts';
import type { CommandAnswer, CommandContext, CommandHandler } from './command.ts';
import { isSwitchedOn } from './command-access.ts';
import { elevatedRefusal } from './elevated-command.ts';

/**
 * `/bash <command>` and `! <command>`: a command of a person on the host, through the same tools and rules as a
 * command of an agent; `poll` and `stop` look after one that goes on (reference agent/sessions.md §20).
 */

const FOREGROUND_DEFAULT_MS = 2_000;
const FOREGROUND_MAX_MS = 30_000;
const DISABLED =
  '⚠️ bash is disabled. Set commands.bash=true to enable. Docs: https://docs.openclaw.ai/tools/slash-commands#config';
const USAGE = '⚙️ Usage: ! <command>, !poll, !stop (or /bash <command>, /bash poll, /bash stop)';

export const answerShell: CommandHandler = async (context, args) => {
  if (!isSwitchedOn(context.config, 'bash')) return { text: DISABLED };
  const refusal = elevatedRefusal(context);
  if (refusal !== undefined) return { text: refusal };
  if (args === '' || args === 'help') return { text: USAGE };
  const [, word = '', sessionId] = /^(poll|stop)(?:\s+(\S+))?$/i.exec(args) ?? [];
  if (word !== '') return lookAfter(context, word.toLowerCase(), sessionId);
  return start(context, args);
};

async function start(context: CommandContext, command: string): Promise<CommandAnswer> {
  const running = await jobs(context);
  if (running.length > 0) {
    return { text: `⚠️ A command is still running (${running[0]}). See !poll, end it with !stop.` };
  }
  const foreground = context.config.commands?.bashForegroundMs;
  const yieldMs =
    typeof foreground === 'number'
      ? Math.min(FOREGROUND_MAX_MS, Math.max(0, Math.floor(foreground)))
      : FOREGROUND_DEFAULT_MS;
  const wait = yieldMs === 0 ? { background: true } : { yieldMs };
  const result = await invoke(context, 'exec', { command, ...wait });
  return { text: [`⚙️ bash: ${command}`, shownText(result)].join('\n') };
}

async function lookAfter(context: CommandContext, word: string, named: string | undefined): Promise<CommandAnswer> {
  const sessionId = named ?? (await jobs(context))[0];
  if (sessionId === undefined) return { text: '⚙️ No command is running.' };
  const result = await invoke(context, 'process', { action: word === 'poll' ? 'poll' : 'kill', sessionId });
  return { text: shownText(result) };
}

/** Ids of commands of this session that still run, newest first. */
async function jobs(context: CommandContext): Promise<readonly string[]> {
  const { details } = await invoke(context, 'process', { action: 'list' });
  const sessions = isRecord(details) && Array.isArray(details.sessions) ? details.sessions : [];
  return sessions.flatMap((job: unknown) =>
    isRecord(job) && job.status === 'running' && typeof job.sessionId === 'string' ? [job.sessionId] : [],
  );
}

async function invoke(
  { deps, config, request, session, signal }: CommandContext,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<ToolResult> {
  const { agentId, sessionKey, runId } = request;
  const ref = await deps.models.defaultRef(agentId);
  // A person with elevated rights asks themselves: the command is not asked about again.
  const scope = { agentId, sessionKey, provider: ref.provider, model: ref.model, exec: { elevated: 'full' as const } };
  return deps.tools.invoke({ name, arguments: args }, scope, {
    agentId,
    sessionKey,
    sessionId: session.sessionId,
    runId,
    toolCallId: `${runId}:${randomUUID()}`,
    workspaceDir: resolveWorkspaceDir(config, deps.config.paths, agentId),
    contextWindow: CONTEXT_WINDOW_TOKENS,
    modelHasVision: false,
    signal,
  });
}

/** Results are cut for a window of this size. */
const CONTEXT_WINDOW_TOKENS = 32_000;

function shownText(result: ToolResult): string {
  const text = result.content
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n')
    .trim();
  return text === '' ? '(no output)' : text;
}
