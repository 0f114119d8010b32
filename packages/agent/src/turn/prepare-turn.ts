import {
  type ImagePart,
  type ResolvedModel,
  type TextPart,
  type ToolCallPart,
  type Understood,
  withUnderstood,
} from '@chela/models';
import { invocationText } from '@chela/skills';
import type { NewTranscriptEntry, SessionEntry, TranscriptEntry } from '@chela/store';
import { mayCommand } from '../commands/command-access.ts';
import { GREETING_PROMPT } from '../commands/command-texts.ts';
import { hasDirective, parseInlineDirectives } from '../commands/inline-directives.ts';
import { takeShortcuts } from '../commands/inline-shortcuts.ts';
import { modelAliases } from '../commands/model-aliases.ts';
import { withModelOverride } from '../commands/model-command.ts';
import { readModelHint } from '../commands/model-hint.ts';
import { readReset } from '../commands/reset-trigger.ts';
import { windowGuard, windowTooSmallMessage } from '../compaction/window-guard.ts';
import { hookNotes, isNoted, showNote } from '../hooks/hook-note.ts';
import { ringReset } from '../hooks/session-hooks.ts';
import { inboundBlocks } from '../inbound/inbound-blocks.ts';
import { mediaNote } from '../inbound/media-note.ts';
import { readSounds } from '../inbound/read-sounds.ts';
import { readAssistantParts, textOf } from '../messages/content-parts.ts';
import { isConversation } from '../messages/conversation.ts';
import { channelOf } from '../messages/request-channel.ts';
import { type UserTextParts, userText } from '../messages/user-text.ts';
import { resolveWorkspaceDir } from '../prompt/workspace-dir.ts';
import type { AgentRequest } from '../runtime.ts';
import { overrideOf } from '../sessions/model-override.ts';
import { profileOf } from '../sessions/session-profile.ts';
import { systemEventLines } from '../system-events/system-event-lines.ts';
import { confirmReset } from './confirm-reset.ts';
import type { ModelContext } from './model-context.ts';
import { modelContext } from './model-context.ts';
import { type OpenSession, openSession, reopenSession } from './open-session.ts';
import { emitEvent } from './run-events.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';
import type { TurnEvent } from './turn-machine.ts';

/** Entries of a branch that are read for a turn; older ones are beyond any context window. */
const BRANCH_MAX_ENTRIES = 5_000;

/**
 * Brings a turn to the point where the model can be asked: session, models, the user message in the log (once, however
 * often the turn is started), the branch, the prompt.
 */
export async function prepareTurn(deps: TurnDeps, turn: Turn): Promise<TurnEvent> {
  const { request } = turn.run;
  const { session, text } =
    turn.resumed === undefined
      ? await openHinted(deps, request)
      : { session: await reopenSession(deps, request, turn.resumed.sessionId), text: request.text };
  if (session === undefined) return { type: 'declined', reason: SESSION_GONE };
  turn.session = session;
  const override = request.model ?? overrideOf(session.entry);
  if (session.startedOver !== undefined) {
    const sessions = { before: session.startedOver.before, now: session.entry };
    turn.hookMessages = await ringReset(deps, request, sessions);
    await confirmReset(deps, request, override);
  }
  const config = deps.config.current();
  const workspaceDir = resolveWorkspaceDir(config, deps.config.paths, request.agentId);
  const profile = profileOf(session.entry);
  const choice = {
    agentId: request.agentId,
    ...(override === undefined ? {} : { override, isChosen: request.model === undefined }),
    ...(profile === undefined ? {} : { profile }),
  };
  const [selection, history] = await Promise.all([
    deps.models.select(choice).catch(asError),
    deps.store.transcripts.branch(session.sessionId, BRANCH_MAX_ENTRIES),
    deps.furnish(workspaceDir),
  ]);
  if (selection instanceof Error) {
    await start(deps, turn, history, { settings: [], user: await userEntry(deps, turn, session.entry, text) });
    return { type: 'failed', message: selection.message, thrown: 'Error' };
  }
  turn.candidates = [selection.primary, ...selection.fallbacks];
  const defaultRef = override === undefined ? selection.primary.ref : await deps.models.defaultRef(request.agentId);
  const { signal } = turn.run;
  turn.contextInput = { request, signal, sessionId: session.sessionId, entry: session.entry, workspaceDir, defaultRef };
  turn.context = await modelContext(deps, { ...turn.contextInput, model: selection.primary });
  turn.understood = [
    ...(await understoodImages(deps, turn, selection.primary)),
    ...(await understoodSounds(deps, turn)),
  ];
  await markSystemSent(deps, request, session.entry);
  const settings = settingEntries(history, turn.context, deps.clock.now());
  await start(deps, turn, history, { settings, user: await userEntry(deps, turn, session.entry, text) });
  const { contextWindow } = turn.context;
  if (windowGuard(contextWindow).shouldBlock) {
    return { type: 'failed', message: windowTooSmallMessage(contextWindow), thrown: 'FailoverError' };
  }
  turn.pending = openCalls(turn.log);
  turn.answers.push(...answersSoFar(turn.log));
  return { type: 'prepared', next: turn.pending.length > 0 ? 'tools' : 'model' };
}

/** Conversations keep track of whether their model has the system prompt; it has from the first turn on (reference agent/sessions.md §3). */
async function markSystemSent(deps: TurnDeps, request: AgentRequest, entry: SessionEntry | undefined): Promise<void> {
  if (entry?.systemSent !== false || channelOf(request) === undefined) return;
  const { sessionKey, agentId } = request;
  await deps.store.sessions.upsert(sessionKey, agentId, (current) => ({ ...(current ?? entry), systemSent: true }));
}

const SESSION_GONE = 'The session was reset before this message could be answered.';

/** The context for the model in use; made anew after a fallback. */
export async function contextFor(deps: TurnDeps, turn: Turn, model: ResolvedModel): Promise<ModelContext> {
  if (turn.context?.model === model) return turn.context;
  if (turn.contextInput === undefined) throw new Error('a turn asked for a model before it was prepared');
  turn.context = await modelContext(deps, { ...turn.contextInput, model });
  return turn.context;
}

async function start(
  deps: TurnDeps,
  turn: Turn,
  history: readonly TranscriptEntry[],
  { settings, user }: { readonly settings: readonly NewTranscriptEntry[]; readonly user: NewTranscriptEntry },
): Promise<void> {
  const { request } = turn.run;
  const { runId, source } = request;
  const notes = isNoted(request) ? hookNotes(turn.hookMessages, deps.clock.now()) : [];
  const started = await deps.store.ledger.startTurn({
    runId,
    source,
    sessionId: turn.session?.sessionId ?? '',
    opening: [...settings, ...notes, user],
  });
  turn.log = [...history, ...started.appended];
  const first = started.appended.at(-1);
  if (first !== undefined && !history.some((entry) => entry.type === 'message')) turn.firstMessage = first;
  turn.run.startedAt = deps.clock.now();
  emitEvent(deps, request, { type: 'started', startedAt: turn.run.startedAt });
  if (notes.length > 0) showNote(deps, request, started.appended.at(-2));
}

/** Model, thinking level and snapshot at the head of a new transcript and whenever the model changes (reference agent/sessions.md §4). */
function settingEntries(
  history: readonly TranscriptEntry[],
  context: ModelContext,
  timestamp: number,
): readonly NewTranscriptEntry[] {
  const { provider, model } = context.model.ref;
  const last = history.findLast((entry) => entry.type === 'model_change');
  const unchanged = last?.type === 'model_change' && last.provider === provider && last.modelId === model;
  if (unchanged || (last === undefined && history.some((entry) => entry.type === 'message'))) return [];
  const data = { timestamp, provider, modelApi: context.model.api, modelId: model };
  return [
    { type: 'model_change', provider, modelId: model },
    { type: 'thinking_level_change', thinkingLevel: context.thinking },
    { type: 'custom', customType: 'model-snapshot', data },
  ];
}

/** Opens the session; a model named behind `/new` is set in it and taken from the text. */
async function openHinted(
  deps: TurnDeps,
  request: AgentRequest,
): Promise<{ readonly session: OpenSession; readonly text: string }> {
  const session = await openSession(deps, request);
  const { agentId, sessionKey, text } = request;
  const config = deps.config.current();
  const reset = readReset(request, config);
  const hint =
    reset === undefined ? undefined : await readModelHint(reset.rest, { models: deps.models, config, agentId });
  if (reset === undefined || hint === undefined) return { session, text };
  const { entry } = await deps.store.sessions.upsert(sessionKey, agentId, (current) =>
    withModelOverride(current ?? { sessionId: session.sessionId, updatedAt: deps.clock.now() }, hint),
  );
  const trigger = text
    .trim()
    .slice(0, text.trim().length - reset.rest.length)
    .trim();
  return { session: { ...session, entry }, text: `${trigger} ${hint.rest}` };
}

function userEntry(
  deps: TurnDeps,
  turn: Turn,
  entry: SessionEntry | undefined,
  text: string,
): Promise<NewTranscriptEntry> {
  const { acceptedAt } = turn.run;
  const request = { ...turn.run.request, text };
  const systemLines = turn.resumed === undefined ? takeSystemLines(deps, request) : '';
  return userMessageEntry(deps, turn, { request, acceptedAt, afterAbort: entry?.abortedLastRun === true, systemLines });
}

/** The notes that wait for the session. They go to conversations and heartbeats; runs of `agent` leave them for those. */
function takeSystemLines(deps: TurnDeps, request: AgentRequest): string {
  if (!isConversation(request) && request.heartbeat === undefined) return '';
  const events = deps.systemEvents.drain(request.sessionKey);
  return systemEventLines(events, deps.config.current(), deps.host.timeZone);
}

interface UserMessage {
  readonly request: AgentRequest;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
  readonly afterAbort: boolean;
  readonly systemLines?: string;
}

/** A message of a person as it stands in the transcript. */
export async function userMessageEntry(deps: TurnDeps, turn: Turn, message: UserMessage): Promise<NewTranscriptEntry> {
  const words = message.request.runId === turn.run.request.runId ? turn.understood : [];
  const text = await messageText(deps, turn, message, words);
  const content: (TextPart | ImagePart)[] = [{ type: 'text', text }, ...imagesOf(turn, message.request)];
  const { provenance } = message.request;
  const origin = provenance === undefined ? {} : { provenance };
  return { type: 'message', message: { role: 'user', content, timestamp: message.acceptedAt, ...origin } };
}

async function messageText(
  deps: TurnDeps,
  turn: Turn,
  { request, acceptedAt, afterAbort, systemLines = '' }: UserMessage,
  understood: readonly Understood[],
): Promise<string> {
  const facts = { systemLines, ...channelFacts(request) };
  if (request.verbatim) return userText({ systemLines, body: request.text, afterAbort });
  const reset = readReset(request, deps.config.current());
  // Nobody said anything that would need its circumstances.
  if (reset?.isBare === true) return userText({ systemLines, body: GREETING_PROMPT, afterAbort: false });
  const sender = request.source === 'chat.send' && request.sender !== undefined ? { sender: request.sender } : {};
  const words = async (): Promise<string> =>
    withWords(reset?.rest ?? unseen(turn, request) ?? (await bodyOf(deps, request)), understood);
  // What a channel brings carries its time elsewhere; what follows a reset trigger in a chat is not stamped
  // (reference traces commands/reset-with-text).
  if (request.source === 'channel') return userText({ ...facts, body: await words(), afterAbort });
  const unstamped = request.source === 'chat.send' ? reset?.rest : undefined;
  const body = unstamped ?? deps.time.stamp(await words(), acceptedAt);
  return userText({ ...facts, body, ...sender, afterAbort });
}

/** A placeholder for a file is no longer needed once there are words for it. */
function withWords(text: string, understood: readonly Understood[]): string {
  const isPlaceholder = understood.length > 0 && /^<media:\w+>$/.test(text);
  return withUnderstood(isPlaceholder ? '' : text, understood);
}

function channelFacts({ inbound }: AgentRequest): Pick<UserTextParts, 'mediaNote' | 'blocks'> {
  return inbound === undefined ? {} : { mediaNote: mediaNote(inbound.media), blocks: inboundBlocks(inbound) };
}

/** What stands for a picture that the model cannot see, when the channel has words for it. */
function unseen(turn: Turn, request: AgentRequest): string | undefined {
  return request.images.length > 0 && imagesOf(turn, request).length === 0 ? request.inbound?.note : undefined;
}

/**
 * The message as the model reads it: a call of a skill in words (reference agent/sessions.md §20), else without its
 * directives, which change nothing beside other text (§19). For somebody who may not command they are words like others.
 */
async function bodyOf(deps: TurnDeps, request: AgentRequest): Promise<string> {
  if (!isConversation(request) || !request.text.includes('/')) return request.text;
  const called = await deps.skills?.invocation(request.agentId, request.text);
  if (called !== undefined) return invocationText(called);
  const config = deps.config.current();
  if (!mayCommand(config, request)) return request.text;
  const { rest } = takeShortcuts(request.text);
  const parsed = parseInlineDirectives(rest, { modelAliases: modelAliases(config) });
  return hasDirective(parsed) && parsed.cleaned !== '' ? parsed.cleaned : rest;
}

/** Words for the images of a message whose model cannot see; none when nobody can (reference agent/models.md §10). */
async function understoodImages(deps: TurnDeps, turn: Turn, model: ResolvedModel): Promise<readonly Understood[]> {
  const { request, signal } = turn.run;
  const isStarted = turn.resumed !== undefined;
  if (deps.media === undefined || isStarted || request.images.length === 0 || model.input.includes('image')) return [];
  const sessionId = turn.session?.sessionId;
  return deps.media.understand({
    agentId: request.agentId,
    kind: 'image',
    media: request.images.map(({ data, mimeType }, index) => ({
      data: Buffer.from(data, 'base64'),
      mimeType,
      fileName: `image-${index + 1}.${mimeType.slice(mimeType.indexOf('/') + 1)}`,
    })),
    place: { sessionKey: request.sessionKey },
    runId: request.runId,
    ...(sessionId === undefined ? {} : { sessionId }),
    signal,
  });
}

/** What was said in the voice notes of a message; none when nobody can write it down. */
async function understoodSounds(deps: TurnDeps, turn: Turn): Promise<readonly Understood[]> {
  const { request, signal } = turn.run;
  const sounds = request.inbound?.media.filter(({ mimeType }) => mimeType.startsWith('audio/')) ?? [];
  if (deps.media === undefined || turn.resumed !== undefined || sounds.length === 0) return [];
  const media = await readSounds(deps, sounds);
  return deps.media.understand({ agentId: request.agentId, kind: 'audio', media, runId: request.runId, signal });
}

/** Images for a model without vision are left out (reference traces providers/image-input-non-vision). */
function imagesOf(turn: Turn, request: AgentRequest): readonly ImagePart[] {
  const first = turn.candidates[0];
  return first === undefined || first.input.includes('image') ? request.images : [];
}

/** Calls of the last assistant message that have no result: what a recovered turn has to do first. */
function openCalls(log: readonly TranscriptEntry[]): readonly ToolCallPart[] {
  const at = log.findLastIndex((entry) => entry.type === 'message' && isAnswer(entry.message));
  const entry = log[at];
  if (entry?.type !== 'message') return [];
  const after = log.slice(at + 1);
  if (after.some((next) => next.type === 'message' && next.message.role === 'user')) return [];
  const answered = new Set(after.flatMap((next) => (next.type === 'message' ? [next.message.toolCallId] : [])));
  return readAssistantParts(entry.message.content).flatMap((part) =>
    part.type === 'toolCall' && !answered.has(part.id) ? [part] : [],
  );
}

/** Texts a recovered turn had already said. */
function answersSoFar(log: readonly TranscriptEntry[]): readonly string[] {
  const at = log.findLastIndex((entry) => entry.type === 'message' && entry.message.role === 'user');
  return log.slice(at + 1).flatMap((entry) => {
    if (entry.type !== 'message' || !isAnswer(entry.message)) return [];
    return [textOf(readAssistantParts(entry.message.content))];
  });
}

/** A finished message of a model; what the gateway wrote itself or what broke off is none. */
function isAnswer(message: { readonly role: string; readonly [member: string]: unknown }): boolean {
  const broken = message.stopReason === 'error' || message.stopReason === 'aborted';
  return message.role === 'assistant' && !broken && message.model !== 'gateway-injected';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
