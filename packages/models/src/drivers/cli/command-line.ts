import type { CliBackend, CliOutput } from './backend.ts';

/** The command line of one call. Pure. */

export interface CliCall {
  readonly model: string;
  readonly prompt: string;
  readonly systemPrompt: string;
  readonly imagePaths: readonly string[];
  /** The session the program keeps, when it goes on. */
  readonly sessionId: string | undefined;
  /** The id for a new session, when the program takes one. */
  readonly newSessionId: string;
}

export interface CliCommandLine {
  readonly command: string;
  readonly args: readonly string[];
  readonly stdin: string | undefined;
  readonly output: CliOutput;
  /** The session id that was given to the program, if any. */
  readonly sessionId: string | undefined;
}

/** Whether the backend can go on with a session it has. */
export const canGoOn = (backend: CliBackend, sessionId: string | undefined): boolean =>
  sessionId !== undefined && backend.sessionMode !== 'none' && (backend.resumeArgs !== undefined || takesId(backend));

const takesId = ({ sessionArg, sessionArgs }: CliBackend): boolean =>
  sessionArg !== undefined || sessionArgs.length > 0;

/** A program gets its model, session, system prompt and images by flags, and the prompt last or by stdin. */
export function commandLine(backend: CliBackend, call: CliCall): CliCommandLine {
  const goesOn = canGoOn(backend, call.sessionId);
  const isResumed = goesOn && backend.resumeArgs !== undefined;
  const sessionId = goesOn ? call.sessionId : newSession(backend, call.newSessionId);
  const withId = (arg: string): string => arg.replaceAll('{sessionId}', sessionId ?? '');
  const prompt = backend.imageArg === undefined ? withPaths(call.prompt, call.imagePaths) : call.prompt;
  const byStdin = backend.input === 'stdin' || prompt.length > backend.maxPromptArgChars;
  return {
    command: backend.command,
    args: [
      ...(isResumed ? (backend.resumeArgs ?? []).map(withId) : backend.args),
      ...flag(backend.modelArg, backend.modelAliases[call.model] ?? call.model),
      ...(isResumed || sessionId === undefined ? [] : sessionFlags(backend, sessionId, withId)),
      ...(wantsSystemPrompt(backend, goesOn) ? flag(backend.systemPromptArg, call.systemPrompt) : []),
      ...imageFlags(backend, call.imagePaths),
      ...(byStdin ? [] : [prompt]),
    ],
    stdin: byStdin ? prompt : undefined,
    output: (isResumed ? backend.resumeOutput : undefined) ?? backend.output,
    sessionId,
  };
}

const flag = (name: string | undefined, value: string): readonly string[] =>
  name === undefined || value === '' ? [] : [name, value];

const newSession = (backend: CliBackend, id: string): string | undefined =>
  backend.sessionMode === 'always' && takesId(backend) ? id : undefined;

const sessionFlags = (
  { sessionArg, sessionArgs }: CliBackend,
  id: string,
  withId: (arg: string) => string,
): readonly string[] => (sessionArgs.length > 0 ? sessionArgs.map(withId) : flag(sessionArg, id));

const wantsSystemPrompt = ({ systemPromptWhen }: CliBackend, goesOn: boolean): boolean =>
  systemPromptWhen === 'always' || (systemPromptWhen === 'first' && !goesOn);

const withPaths = (prompt: string, paths: readonly string[]): string =>
  paths.length === 0 ? prompt : `${prompt}\n\n${paths.join('\n')}`;

function imageFlags({ imageArg, imageMode }: CliBackend, paths: readonly string[]): readonly string[] {
  if (imageArg === undefined || paths.length === 0) return [];
  return imageMode === 'list' ? [imageArg, paths.join(',')] : paths.flatMap((path) => [imageArg, path]);
}
