import type { Clock } from '@chela/observability';
import { optionalNumber, optionalText, rawText, type ToolArguments, textList } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { textResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import { processScope } from '../exec/exec.ts';
import type { CommandSession, ProcessRegistry } from '../exec/process-registry.ts';
import type { ToolResult } from '../tool.ts';
import { exitWords, sessionDetails, sessionLine, sessionStatus } from './describe-session.ts';
import { bracketedPaste, encodeKeys } from './keys.ts';
import { logWindow } from './log-window.ts';
import { createPollPace } from './poll-pace.ts';

const POLL_MAX_MS = 120_000;
/** How long a kill waits for the end that it asked for. */
const KILL_SETTLE_MS = 1000;

function refused(text: string): ToolResult {
  return textResult(text, { status: 'failed' });
}
const noSession = (id: string): ToolResult => refused(`No session found for ${id}`);
const noActive = (id: string): ToolResult => refused(`No active session found for ${id}`);

function poke(session: CommandSession, text: string): ToolResult {
  return textResult(text, { status: 'running', sessionId: session.id, name: session.name });
}

/** The `process` tool: looks after commands that run in the background (reference agent/tools.md §5). */
export function createProcessTool(deps: { readonly registry: ProcessRegistry; readonly clock: Clock }): BuiltInTool {
  const { registry, clock } = deps;
  const pace = createPollPace();

  function list(scopeKey: string): ToolResult {
    const sessions = registry.list(scopeKey);
    const now = clock.now();
    const newestFirst = sessions.toSorted((a, b) => b.startedAt - a.startedAt);
    const text = newestFirst.map((session) => sessionLine(session, now)).join('\n');
    return textResult(text === '' ? 'No running or recent sessions.' : text, {
      status: 'completed',
      sessions: sessions.map((session) => sessionDetails(session, now)),
    });
  }

  async function settled(session: CommandSession, limitMs: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const cancel = clock.after(limitMs, () => over.resolve());
    await Promise.race([session.ended, over.promise]);
    cancel();
  }

  async function waitForEnd(session: CommandSession, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (timeoutMs <= 0 || session.finished() !== undefined) return;
    const over = Promise.withResolvers<void>();
    const cancel = clock.after(Math.min(timeoutMs, POLL_MAX_MS), () => over.resolve());
    const onAbort = (): void => over.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await Promise.race([session.ended, over.promise]);
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  async function poll(session: CommandSession, args: ToolArguments, signal: AbortSignal): Promise<ToolResult> {
    const known = session.finished() !== undefined;
    await waitForEnd(session, optionalNumber(args, 'timeout') ?? 0, signal);
    const run = session.finished();
    const fresh = session.output.drain();
    const details = {
      status: sessionStatus(session),
      sessionId: session.id,
      ...(run?.exit.code === undefined ? {} : { exitCode: run.exit.code }),
      aggregated: session.output.text(),
      name: session.name,
    };
    if (run === undefined) {
      const output = fresh.trim();
      const retryInMs = pace.next(session.id, output !== '');
      const text = `${output || '(no new output)'}\n\nProcess still running.`;
      return textResult(text, { ...details, retryInMs });
    }
    pace.forget(session.id);
    // A command that had ended before is told in full again: its output may never have been seen.
    const cut = session.output.truncated() ? '\n\n[output truncated to the newest part]' : '';
    const output = known
      ? `${session.output.tail() || '(no output recorded)'}${cut}`
      : fresh.trim() || '(no new output)';
    return textResult(`${output}\n\nProcess exited with ${exitWords(run)}.`, details);
  }

  function log(session: CommandSession, args: ToolArguments): ToolResult {
    const output = session.output.text();
    const window = logWindow(output, optionalNumber(args, 'offset'), optionalNumber(args, 'limit'));
    const run = session.finished();
    const empty = run === undefined ? '(no output yet)' : '(no output recorded)';
    return textResult(window.text === '' ? empty : window.text, {
      status: sessionStatus(session),
      sessionId: session.id,
      total: window.totalLines,
      totalLines: window.totalLines,
      totalChars: window.totalChars,
      truncated: session.output.truncated(),
      ...(run?.exit.code === undefined ? {} : { exitCode: run.exit.code }),
      ...(run?.exit.signal === undefined ? {} : { exitSignal: run.exit.signal }),
      name: session.name,
    });
  }

  function write(session: CommandSession, args: ToolArguments): ToolResult {
    const data = rawText(args, 'data') ?? '';
    session.write(data);
    if (args.eof === true) session.endInput();
    return poke(
      session,
      `Wrote ${data.length} bytes to session ${session.id}${args.eof === true ? ' (stdin closed)' : ''}.`,
    );
  }

  function sendKeys(session: CommandSession, args: ToolArguments): ToolResult {
    const literal = rawText(args, 'literal');
    const { data, warnings } = encodeKeys({
      ...(literal !== undefined && { literal }),
      hex: textList(args, 'hex'),
      keys: textList(args, 'keys'),
    });
    if (data === '') return refused('No key data provided.');
    session.write(data);
    const notes = warnings.length === 0 ? '' : `\nWarnings:\n${warnings.map((warning) => `- ${warning}`).join('\n')}`;
    return poke(session, `Sent ${data.length} bytes to session ${session.id}.${notes}`);
  }

  function submit(session: CommandSession): ToolResult {
    session.write('\r');
    return poke(session, `Submitted session ${session.id} (sent CR).`);
  }

  function paste(session: CommandSession, args: ToolArguments): ToolResult {
    const text = rawText(args, 'text') ?? '';
    session.write(args.bracketed === false ? text : bracketedPaste(text));
    return poke(session, `Pasted ${text.length} chars to session ${session.id}.`);
  }

  async function kill(session: CommandSession): Promise<ToolResult> {
    registry.terminate(session);
    // Most commands end at once; the next call is to find it so.
    await settled(session, KILL_SETTLE_MS);
    return textResult(`Termination requested for session ${session.id}.`, { status: 'failed', name: session.name });
  }

  function remove(session: CommandSession): ToolResult {
    const running = session.finished() === undefined;
    registry.terminate(session);
    registry.forget(session);
    pace.forget(session.id);
    const text = running ? `Removed session ${session.id} (termination requested).` : `Removed session ${session.id}.`;
    return textResult(text, { status: running ? 'failed' : 'completed', name: session.name });
  }

  function clear(session: CommandSession | undefined, id: string): ToolResult {
    if (session?.finished() === undefined) return refused(`No finished session found for ${id}`);
    registry.forget(session);
    pace.forget(session.id);
    return textResult(`Cleared session ${id}.`, { status: 'completed' });
  }

  /** Actions that need a command that is still running. */
  const active: Readonly<
    Record<string, (session: CommandSession, args: ToolArguments) => ToolResult | Promise<ToolResult>>
  > = {
    write,
    'send-keys': sendKeys,
    submit,
    paste,
    kill,
  };

  async function run(args: ToolArguments, context: CallContext): Promise<ToolResult> {
    const action = rawText(args, 'action') ?? '';
    const scopeKey = processScope(context);
    if (action === 'list') return list(scopeKey);
    const id = rawText(args, 'sessionId') ?? '';
    if (id === '') return refused('sessionId is required for this action.');
    const session = registry.find(scopeKey, id);
    const toActive = active[action];
    if (toActive !== undefined) {
      if (session === undefined || session.finished() !== undefined) return noActive(id);
      return session.backgrounded() ? toActive(session, args) : refused(`Session ${id} is not backgrounded.`);
    }
    if (action === 'clear') return clear(session, id);
    if (!['poll', 'log', 'remove'].includes(action)) return refused(`Unknown action ${action}`);
    if (session === undefined) return noSession(id);
    if (!session.backgrounded()) return refused(`Session ${id} is not backgrounded.`);
    if (action === 'poll') return poll(session, args, context.signal);
    return action === 'log' ? log(session, args) : remove(session);
  }

  return {
    name: 'process',
    description:
      'Look after commands in the background: list, poll for new output, log, write to a terminal, send-keys, submit, paste, kill, clear finished ones, remove.',
    parameters: contractParameters('process'),
    sideEffects: 'possible',
    summary: (args) => optionalText(args, 'sessionId'),
    run,
  };
}
