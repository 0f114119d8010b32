import type { Config } from '@chela/config';
import type { ModelRef, ResolvedModel, ThinkingLevel, ToolOffer } from '@chela/models';
import { promptSizes, type SkillsSnapshot } from '@chela/skills';
import type { SessionEntry } from '@chela/store';
import { sandboxOf, type Tool, type ToolScope } from '@chela/tools';
import { senderOf } from '../commands/command-access.ts';
import { sessionExec } from '../commands/session-exec.ts';
import { bootstrapFilesOf } from '../hooks/hooked-files.ts';
import { groupContext } from '../inbound/group-context.ts';
import { heartbeatMeta, type InboundMeta, inboundMeta } from '../inbound/inbound-meta.ts';
import { channelOf } from '../messages/request-channel.ts';
import { bootstrapBudget, injectFiles } from '../prompt/bootstrap-files.ts';
import { type PromptReport, promptReport } from '../prompt/prompt-report.ts';
import { buildSystemPrompt } from '../prompt/system-prompt.ts';
import type { AgentRequest } from '../runtime.ts';
import { classifySessionKey } from '../sessions/session-kind.ts';
import type { TurnDeps } from './turn-deps.ts';

/** What a turn sends to one model besides the messages. */
export interface ModelContext {
  readonly model: ResolvedModel;
  readonly scope: ToolScope;
  readonly tools: readonly Tool[];
  readonly offers: readonly ToolOffer[];
  readonly thinking: ThinkingLevel;
  readonly systemPrompt: string;
  readonly report: PromptReport;
  /** The skills the session is offered; undefined without any service for them. */
  readonly skills: SkillsSnapshot | undefined;
  /** Tokens; the model's own window, capped by `agents.defaults.contextTokens`. */
  readonly contextWindow: number;
  /** Characters of prompt and schemas. */
  readonly fixedChars: number;
}

export interface ModelContextInput {
  readonly request: AgentRequest;
  /** Aborts with the run. */
  readonly signal: AbortSignal;
  readonly sessionId: string;
  readonly entry: SessionEntry | undefined;
  readonly workspaceDir: string;
  readonly model: ResolvedModel;
  readonly defaultRef: ModelRef;
}

/** Gathers tools, prompt and limits for a model. File reads are cached, so a warm turn only builds strings. */
export async function modelContext(deps: TurnDeps, input: ModelContextInput): Promise<ModelContext> {
  const { request, model } = input;
  const config = deps.config.current();
  const seeing = await deps.models.imageModels(request.agentId);
  const scope: ToolScope = {
    agentId: request.agentId,
    sessionKey: request.sessionKey,
    provider: model.ref.provider,
    model: model.ref.model,
    ...(seeing.length > 0 && { hasImageModel: true }),
    exec: sessionExec(config, request, input.entry),
    ...toolOrigin(config, request),
  };
  await deps.tools.prepare?.(scope, input.signal);
  const { clientTools = [] } = request;
  // Programs of this machine are asked for words; they could not call a tool.
  const offered = model.api === 'cli' ? [] : deps.tools.offer(scope);
  const tools = offered.filter(({ name }) => !clientTools.some((tool) => tool.name === name));
  const thinking = thinkingLevelOf(config, model, askedThinking(input));
  const budget = bootstrapBudget(config.agents?.defaults ?? {});
  const files = injectFiles(await bootstrapFilesOf(deps, input), budget);
  const skills = await deps.skills?.snapshot(
    request.agentId,
    input.entry?.skillsSnapshot,
    request.inbound?.group?.skills,
  );
  const mode = classifySessionKey(request.sessionKey).subagent ? 'minimal' : 'full';
  const toolNames = tools.map((tool) => tool.name);
  // A skill is a file to read: without the tool for it the list would only be noise.
  const listed = mode === 'full' && toolNames.includes('read') ? (skills?.prompt ?? '') : '';
  const sandbox = sandboxOf(config, request);
  // `~` is another folder in a sandbox; skills lie there under their full paths.
  const { homeDir } = deps.config.paths;
  const skillsPrompt = sandbox.sandboxed ? listed.replaceAll('<location>~/', `<location>${homeDir}/`) : listed;
  const prompt = buildSystemPrompt({
    agentId: request.agentId,
    mode,
    toolNames,
    skillsPrompt,
    workspaceDir: input.workspaceDir,
    sandbox,
    timeZone: deps.time.zone(),
    files,
    modelAliases: aliases(config),
    extraSystemPrompt: conversationPrompt(request),
    inboundMeta: inboundMetaOf(request),
    ...(request.inbound === undefined ? {} : { inbound: request.inbound }),
    runtime: {
      ...runtimeFacts(deps, input, thinking),
      repo: sandbox.sandboxed ? undefined : await deps.findRepo(input.workspaceDir),
    },
  });
  const report = promptReport({
    at: deps.clock.now(),
    sessionId: input.sessionId,
    sessionKey: request.sessionKey,
    provider: model.ref.provider,
    model: model.ref.model,
    workspaceDir: input.workspaceDir,
    budget,
    prompt,
    files,
    skills: { promptChars: skillsPrompt.length, entries: promptSizes(skillsPrompt) },
    tools: deps.toolSizes(tools),
    sandbox,
  });
  return {
    model,
    scope,
    tools,
    offers: [...tools, ...clientTools].map(({ name, description, parameters }) => ({ name, description, parameters })),
    thinking,
    systemPrompt: prompt.text,
    report,
    skills,
    contextWindow: contextWindow(config, model),
    fixedChars: prompt.text.length + report.tools.schemaChars + JSON.stringify(clientTools).length,
  };
}

function inboundMetaOf(request: AgentRequest): InboundMeta | undefined {
  if (request.heartbeat !== undefined) return heartbeatMeta(request.heartbeat.event);
  const channel = channelOf(request);
  return channel === undefined ? undefined : inboundMeta(channel, request.inbound);
}

/** What the operator and the group say for this conversation. */
function conversationPrompt(request: AgentRequest): string | undefined {
  const group = request.inbound === undefined ? '' : groupContext(request.inbound, channelOf(request) ?? '');
  const parts = [group, request.extraSystemPrompt ?? ''].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join('\n\n');
}

/** Who asks, for the policies of tools and for the defender; absent for a local operator. */
export function toolOrigin(config: Config, request: AgentRequest): Pick<ToolScope, 'origin'> {
  const { inbound, origin } = request;
  if (inbound === undefined) return {};
  const { sender, group, history, quote, forward, threadStarter } = inbound;
  const hasOthersText = history.length > 0 || (quote ?? forward ?? threadStarter) !== undefined;
  return {
    origin: {
      channel: channelOf(request) ?? '',
      ...(origin && { accountId: origin.accountId, to: origin.to, messageId: origin.messageId }),
      ...(origin?.threadId !== undefined && { threadId: origin.threadId }),
      senderId: sender.id,
      senderIsOwner: senderOf(config, request).isOwner,
      senderIsKnown: request.sender?.isKnown !== false,
      hasOthersText,
      ...(sender.name === undefined ? {} : { senderName: sender.name }),
      ...(sender.username === undefined ? {} : { senderUsername: sender.username }),
      ...(sender.e164 === undefined ? {} : { senderE164: sender.e164 }),
      ...(group === undefined ? {} : { groupId: group.id }),
      ...(group?.channel === undefined ? {} : { groupChannel: group.channel }),
      ...(group?.space === undefined ? {} : { groupSpace: group.space }),
    },
  };
}

/** Window of a model under the configured cap (reference agent/models.md §8). */
export function contextWindow(config: Config, model: ResolvedModel): number {
  const cap = config.agents?.defaults?.contextTokens;
  return cap !== undefined && cap > 0 ? Math.min(cap, model.contextWindow) : model.contextWindow;
}

export const THINKING_LEVELS = [
  'off',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
] as const satisfies readonly ThinkingLevel[];

/**
 * The level asked for, else the configured default, else `low`; `off` for models that do not reason
 * (reference agent/models.md §2.8).
 */
export function thinkingLevelOf(config: Config, model: ResolvedModel, asked: string | undefined): ThinkingLevel {
  if (!model.reasoning) return 'off';
  const wanted = asked ?? config.agents?.defaults?.thinkingDefault;
  return THINKING_LEVELS.find((level) => level === wanted) ?? 'low';
}

/**
 * The `thinking` parameter counts for `agent` only: on chat.send it is a directive inside a message, which changes
 * nothing (reference agent/sessions.md §19).
 */
function askedThinking(input: ModelContextInput): string | undefined {
  const parameter = input.request.source === 'agent' ? input.request.thinking : undefined;
  return parameter ?? input.entry?.thinkingLevel;
}

function aliases(config: Config): readonly (readonly [string, string])[] {
  return Object.entries(config.agents?.defaults?.models ?? {}).flatMap(([ref, { alias }]) => {
    const name = alias?.trim() ?? '';
    return name === '' ? [] : [[name, ref] as const];
  });
}

function runtimeFacts(deps: TurnDeps, input: ModelContextInput, thinking: ThinkingLevel) {
  const { host } = deps;
  return {
    host: host.hostName,
    os: host.os,
    arch: host.arch,
    node: host.nodeVersion,
    model: refText(input.model.ref),
    defaultModel: refText(input.defaultRef),
    shell: host.shell,
    channel: input.request.heartbeat?.event ?? channelOf(input.request),
    capabilities: input.request.inbound?.means?.buttons === true ? ['inlineButtons'] : [],
    thinking,
    reasoning: input.entry?.reasoningLevel ?? 'off',
  };
}

function refText(ref: ModelRef): string {
  return `${ref.provider}/${ref.model}`;
}
