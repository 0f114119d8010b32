import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTruthy } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { Environment } from '../../catalog/environment-keys.ts';
import type { FailoverReason, ImagePart, ModelDriver, ModelEvent, ModelRequest } from '../../driver.ts';
import { classifyMessage } from '../../failures/classify.ts';
import { pricedUsage } from '../../usage.ts';
import { type CliBackend, silenceMs } from './backend.ts';
import { type CliCommandLine, canGoOn, commandLine } from './command-line.ts';
import { type CliAnswer, readAnswer } from './read-answer.ts';
import { type CliEnd, runCliProgram } from './run-program.ts';
import { unseenTalk } from './talk.ts';

/**
 * Programs of this machine as models (reference agent/models.md §1.4): text in, text out. They get no tools of Chela;
 * what they do with tools of their own is theirs, and nobody judges it.
 */

export interface CliDriverDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** `OPENCLAW_CLAUDE_CLI_LOG_OUTPUT` has what programs print written to the log. */
  readonly env: Environment;
}

/** The longest a run may take unless `agents.defaults.timeoutSeconds` ends it before. */
const RUN_LIMIT_MS = 600_000;
/** A call that works shows a sign of life this often, so that nobody takes it for dead. */
const SIGN_OF_LIFE_MS = 60_000;
const ERROR_TAIL_CHARS = 500;

const NO_TOOLS = 'There are no tools in this conversation: answer with words alone.';

export function createDriver(deps: CliDriverDeps): ModelDriver {
  const turns = new Map<string, Promise<unknown>>();
  return {
    api: 'cli',
    async *stream(request, _credential, signal) {
      const { backend } = request.model;
      if (backend === undefined) {
        yield failed(`${request.model.ref.provider} is no program that Chela knows how to call`, 'unknown');
        return;
      }
      const answering = backend.serialize
        ? inTurn(turns, backend.id, () => answer(deps, backend, request, signal))
        : answer(deps, backend, request, signal);
      yield* withSignsOfLife(answering, deps.clock);
    },
  };
}

/** One call after the other for each key. A call that waits is in a lane of its own, so the chain is as long as lanes are wide. */
function inTurn<T>(turns: Map<string, Promise<unknown>>, key: string, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(key) ?? Promise.resolve()).then(work);
  const settled = turn.catch(() => undefined).finally(() => turns.get(key) === settled && turns.delete(key));
  turns.set(key, settled);
  return turn;
}

/** Events of a finished call, and empty words while it works. */
async function* withSignsOfLife(answering: Promise<readonly ModelEvent[]>, clock: Clock): AsyncGenerator<ModelEvent> {
  for (;;) {
    const { promise: alarm, resolve } = Promise.withResolvers<undefined>();
    const cancel = clock.after(SIGN_OF_LIFE_MS, () => resolve(undefined));
    const events = await Promise.race([answering, alarm]).finally(cancel);
    if (events !== undefined) {
      yield* events;
      return;
    }
    yield { type: 'textDelta', text: '' };
  }
}

/** A session that the program has forgotten is begun anew, with everything that was said. */
async function answer(
  deps: CliDriverDeps,
  backend: CliBackend,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<readonly ModelEvent[]> {
  const known = request.cliSessionId;
  const first = await call(deps, backend, request, known, signal);
  const isForgotten =
    canGoOn(backend, known) && first.end.kind === 'exited' && first.end.code !== 0 && isSessionText(first.end);
  const last = isForgotten ? await call(deps, backend, request, undefined, signal) : first;
  return eventsOf(backend, request, last.line, last.end);
}

interface CliResult {
  readonly line: CliCommandLine;
  readonly end: CliEnd;
}

async function call(
  deps: CliDriverDeps,
  backend: CliBackend,
  request: ModelRequest,
  sessionId: string | undefined,
  signal: AbortSignal,
): Promise<CliResult> {
  const goesOn = canGoOn(backend, sessionId);
  const talk = unseenTalk(request.messages, request.model.ref.provider, goesOn);
  const images = await writeImages(talk.images);
  try {
    const line = commandLine(backend, {
      model: request.model.ref.model,
      prompt: talk.prompt,
      systemPrompt: [request.systemPrompt, NO_TOOLS].join('\n\n'),
      imagePaths: images.paths,
      sessionId,
      newSessionId: randomUUID(),
    });
    const patience = goesOn ? backend.resumePatience : backend.freshPatience;
    const end = await runCliProgram(
      {
        ...line,
        cwd: request.workspaceDir ?? deps.env.HOME ?? homedir(),
        env: environment(deps.env, backend),
        silenceMs: silenceMs(patience, RUN_LIMIT_MS),
      },
      deps.clock,
      signal,
    );
    logOutput(deps, backend, end);
    return { line, end };
  } finally {
    await images.remove();
  }
}

function logOutput({ env, logger }: CliDriverDeps, { id }: CliBackend, end: CliEnd): void {
  if (!isTruthy(env.OPENCLAW_CLAUDE_CLI_LOG_OUTPUT) || end.kind !== 'exited') return;
  const { code, stderr, stdout } = end;
  logger.info('a program answered', { backend: id, code, stdout, stderr });
}

function eventsOf(
  backend: CliBackend,
  { model }: ModelRequest,
  line: CliCommandLine,
  end: CliEnd,
): readonly ModelEvent[] {
  switch (end.kind) {
    case 'aborted':
      return [failed('Request was aborted', 'aborted')];
    case 'silent':
      return [failed(`${backend.id} timed out: it printed nothing for too long`, 'timeout')];
    case 'too-long':
      return [failed(`${backend.id} printed more than an answer may have`, 'unknown')];
    case 'not-started':
      return [failed(startText(backend, end.error), 'unknown')];
  }
  const answered = readAnswer(end.stdout, line.output, backend.sessionIdFields);
  if (end.code !== 0 || answered.isError) return [failedCall(backend, end, answered)];
  if (answered.text === '') return [failed(`${backend.id} ended without an answer`, 'unknown')];
  const cliSessionId = backend.sessionMode === 'none' ? undefined : (answered.sessionId ?? line.sessionId);
  return [
    { type: 'textDelta', text: answered.text },
    {
      type: 'done',
      stopReason: 'stop',
      usage: pricedUsage(answered.usage ?? {}, model.cost),
      ...(cliSessionId === undefined ? {} : { cliSessionId }),
    },
  ];
}

function failedCall(
  backend: CliBackend,
  { code, stderr, stdout }: Extract<CliEnd, { kind: 'exited' }>,
  answered: CliAnswer,
): ModelEvent {
  const words = (answered.isError ? answered.text : stderr.trim() || stdout.trim()).slice(-ERROR_TAIL_CHARS);
  const message = `${backend.id} failed${code === 0 ? '' : ` with exit code ${code}`}${words === '' ? '' : `: ${words}`}`;
  return failed(message, classifyMessage(words) ?? 'unknown');
}

const isSessionText = ({ stderr, stdout }: Extract<CliEnd, { kind: 'exited' }>): boolean =>
  /\b(?:session|conversation|thread)\b[^\n]*\b(?:not found|unknown|invalid|expired|does not exist)\b|\bno (?:session|conversation|thread)\b/i.test(
    `${stderr}\n${stdout}`,
  );

function startText(backend: CliBackend, error: NodeJS.ErrnoException): string {
  return error.code === 'ENOENT'
    ? `${backend.id}: the program "${backend.command}" was not found. Install it, or put its full path into ` +
        `agents.defaults.cliBackends.${backend.id}.command.`
    : `${backend.id}: the program "${backend.command}" could not be started: ${error.message}`;
}

function environment(env: Environment, backend: CliBackend): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !backend.clearEnv.includes(name));
  return { ...Object.fromEntries(kept), ...backend.env };
}

/** Images lie in a folder of their own while the program runs. */
async function writeImages(
  images: readonly ImagePart[],
): Promise<{ readonly paths: readonly string[]; remove(): Promise<void> }> {
  if (images.length === 0) return { paths: [], remove: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'chela-cli-images-'));
  const paths = await Promise.all(
    images.map(async ({ data, mimeType }, index) => {
      const path = join(folder, `image-${index + 1}.${mimeType.split('/')[1]?.replace(/\W.*/, '') ?? 'bin'}`);
      await writeFile(path, Buffer.from(data, 'base64'), { mode: 0o600 });
      return path;
    }),
  );
  return { paths, remove: () => rm(folder, { recursive: true, force: true }) };
}

function failed(message: string, reason: FailoverReason | 'aborted'): ModelEvent {
  return { type: 'failed', failure: { message, reason, partial: false } };
}
