import { arch, hostname, release, type } from 'node:os';
import { basename, join } from 'node:path';
import {
  type AgentRuntime,
  createAgentRuntime,
  createSystemEvents,
  resolveSessionAgentId,
  rotateBytesOf,
} from '@chela/agent';
import {
  agentWorkspaceDir,
  type Config,
  type ConfigService,
  createConfigService,
  type Env,
  withOverrides,
} from '@chela/config';
import { createDevicePairing, type DevicePairing } from '@chela/gateway';
import type { HookService } from '@chela/hooks';
import { createModelService, lookAtImages, type ModelService } from '@chela/models';
import {
  type Clock,
  createKnownSecrets,
  createLogger,
  createMetrics,
  createTracer,
  type KnownSecrets,
  type Metrics,
  type RootLogger,
  redactText,
  systemClock,
  type Tracer,
} from '@chela/observability';
import type { SkillService } from '@chela/skills';
import { createStore, type Store } from '@chela/store';
import {
  type ApprovalDesk,
  type ApprovalsDocument,
  createApprovalDesk,
  createApprovalsDocument,
  createSpeech,
  createSpeechDrivers,
  createToolService,
  type SpeechService,
  type ToolService,
} from '@chela/tools';
import type { AutomationSeat } from './automation-seat.ts';
import { type ChannelsSeat, createChannelsSeat } from './channels/channels-seat.ts';
import { deliverAnswers } from './channels/deliver-answers.ts';
import { loadChannels } from './channels/load-channels.ts';
import { createDefense, type Defense } from './defense/create-defense.ts';
import { createGatewayHooks } from './hooks/create-gateway-hooks.ts';
import { createMedia } from './media.ts';
import { createNodeServices, type NodeServices } from './node-services.ts';
import { CHELA_VERSION } from './release.ts';
import { createAgentCaller } from './rooms/agent-caller.ts';
import { AGENT_CALLER, createApprovalRoom } from './rooms/approval-room.ts';
import { createCommandRooms } from './rooms/command-rooms.ts';
import { createCronRoom } from './rooms/cron-room.ts';
import { createGatewayControl } from './rooms/gateway-control.ts';
import { createMemory } from './rooms/memory.ts';
import { createNodeRoom } from './rooms/node-room.ts';
import { createResultRoom } from './rooms/result-room.ts';
import { createSessionRoom } from './rooms/session-room.ts';
import { guardedModels } from './secrets/guarded-models.ts';
import { guardedDevices } from './secrets/guarded-pairing.ts';
import { guardedTools } from './secrets/guarded-tools.ts';
import { learnSecrets } from './secrets/learn-secrets.ts';
import { createSkills } from './skill-services.ts';

/** The services below the gateway, wired once a process; also what a turn without a gateway needs. */
export interface Core {
  readonly config: ConfigService;
  readonly store: Store;
  readonly models: ModelService;
  readonly tools: ToolService;
  readonly skills: SkillService;
  readonly agent: AgentRuntime;
  /** Silent until they are started. */
  readonly hooks: HookService;
  readonly logger: RootLogger;
  /** What must not be written where it does not belong. */
  readonly secrets: KnownSecrets;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly approvals: ApprovalDesk;
  readonly approvalsFile: ApprovalsDocument;
  readonly devices: DevicePairing;
  readonly nodeServices: NodeServices;
  readonly speech: SpeechService;
  readonly defense: Defense;
  /** Absent without a gateway. */
  readonly channels: ChannelsSeat | undefined;
  /** Present when `diagnostics.otel` switches traces on. */
  readonly tracer: Tracer | undefined;
  /** Says who restarts the gateway when a command in a chat asks for it. */
  restartBy(restart: (reason: string) => void): void;
  /** Goes on with what an earlier process left: approvals, then messages and replies, then channels. To be called once people can be asked. */
  recover(): Promise<Recovered>;
  /** Settles once that is done, or the core closes. */
  readonly recovered: Promise<void>;
  /** Closes in the order that lets running turns end or be resumable. */
  close(drainMs: number): Promise<void>;
}

type Recovered = Awaited<ReturnType<AgentRuntime['recover']>> &
  Partial<Awaited<ReturnType<ChannelsSeat['start']>>> & { readonly approvals: number };

export interface CoreOptions {
  readonly env: Env;
  /** Follow the configuration file. */
  readonly watch: boolean;
  /** Where readable log lines go: 1 stdout, 2 stderr, false nowhere. */
  readonly console: 1 | 2 | false;
  /** The state directory was made by this start. */
  readonly isFreshInstall: boolean;
  /** Takes notes for sessions and lets tools ask people; absent without a gateway: such commands are refused. */
  readonly seat?: AutomationSeat;
  /** Debug lines on the console, whatever the configuration says. */
  readonly verbose?: boolean;
}

/** Only tests and people with slow hardware set this; milliseconds of a provider's silence before a call fails. */
function idleTimeoutMs(env: Env): number | undefined {
  const value = Number(env.CHELA_MODEL_IDLE_TIMEOUT_MS);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** `diagnostics.otel.enabled` with `traces` not switched off (reference config/keys.json). */
function tracingEnabled(config: Config): boolean {
  const diagnostics = config.diagnostics;
  if (typeof diagnostics !== 'object' || diagnostics === null || !('otel' in diagnostics)) return false;
  const { otel } = diagnostics;
  if (typeof otel !== 'object' || otel === null || !('enabled' in otel) || otel.enabled !== true) return false;
  return !('traces' in otel) || otel.traces !== false;
}

/** Puts each tool call into a span. */
function tracedTools(tools: ToolService, tracer: Tracer): ToolService {
  return {
    ...tools,
    call: (tool, scope, context) =>
      tracer.span(`tool ${tool.name}`, { 'tool.name': tool.name, 'run.id': context.runId }, () =>
        tools.call(tool, scope, context),
      ),
  };
}

/** A new message must not overtake unfinished work of the same session, nor be taken for such work. */
const inLineBehind = (recovered: Promise<void>, agent: AgentRuntime): AgentRuntime => ({
  ...agent,
  async submit(request) {
    await recovered;
    return agent.submit(request);
  },
});

export async function createCore(options: CoreOptions): Promise<Core> {
  const { env } = options;
  const clock = systemClock;
  const metrics = createMetrics();
  const secrets = createKnownSecrets();
  const logger = createLogger({ env, console: options.console, redact: secrets.redact });
  const file = await createConfigService({ env, logger: logger.child('config'), watch: options.watch });
  const { service: config, overrides } = withOverrides(file);
  const followLogging = ({ logging }: Config): void =>
    logger.configure(options.verbose ? { ...logging, consoleLevel: 'debug' } : logging);
  followLogging(config.current());
  const unfollow = config.onChange(followLogging);
  const learning = learnSecrets({ secrets, config, env, logger });
  const { stateDir, homeDir } = config.paths;
  const storePath = config.current().session?.store;
  const store = await createStore({
    stateDir,
    mirror: env.CHELA_STATE_MIRROR === 'openclaw',
    workspaceDir: (agentId) => agentWorkspaceDir(config.current(), config.paths, agentId),
    clock,
    logger: logger.child('store'),
    rotateBytes: () => rotateBytesOf(config.current()),
    ...(storePath !== undefined && { sessionStorePath: storePath }),
  });
  const idle = idleTimeoutMs(env);
  const providers = createModelService({
    config,
    stateDir,
    env,
    logger: logger.child('models'),
    metrics,
    clock,
    budgets: store.budgets,
    onCredentials: (values) => secrets.add('credentials', values),
    ...(idle !== undefined && { idleTimeoutMs: idle }),
  });
  const models = guardedModels(providers, (text) => redactText(secrets.redact(text)));
  const tracer = tracingEnabled(config.current())
    ? createTracer({ enabled: true, logger: logger.child('trace') })
    : undefined;
  let agent: AgentRuntime | undefined;
  let timeZone: string | undefined;
  const runtime = (): AgentRuntime => {
    if (!agent) throw new Error('the agent runtime is not there yet');
    return agent;
  };
  const approvalsPath = join(stateDir, 'exec-approvals.json');
  const approvals = createApprovalDesk({ approvals: store.approvals, clock, logger: logger.child('approvals') });
  const approvalsFile = createApprovalsDocument({ path: approvalsPath, clock });
  const devices = guardedDevices(createDevicePairing({ stateDir, clock, logger }), secrets);
  const unguarded = createNodeServices({
    config,
    devices,
    approvals,
    secrets,
    clock,
    logger: logger.child('nodes'),
  });
  const speech = createSpeech({
    config: () => config.current(),
    env,
    stateDir,
    clock,
    logger: logger.child('tts'),
    driver: createSpeechDrivers({ clock }),
  });
  const defense = await createDefense({
    config,
    store,
    desk: options.seat && approvals,
    isFreshInstall: options.isFreshInstall,
    env,
    redact: (text) => redactText(secrets.redact(text)),
    clock,
    logger: logger.child('defender'),
  });
  const nodeServices = { ...unguarded, nodes: defense.guarded(unguarded.nodes, AGENT_CALLER) };
  const { nodeRegistry } = nodeServices;
  const skills = createSkills({
    config,
    env,
    nodeRegistry,
    watch: options.watch,
    judge: defense.installJudge,
    clock,
    logger: logger.child('skills'),
  });
  const memory = createMemory({ config, models, store, watch: options.watch, clock, logger: logger.child('memory') });
  const { systemEvents } = options.seat ?? { systemEvents: createSystemEvents(clock) };
  const media = createMedia({ config, models, env, clock, logger: logger.child('media') });
  const hooks = createGatewayHooks({ config, env, store, models, runtime, clock, logger: logger.child('hooks') });
  const channelDeps = {
    config,
    env,
    store,
    skills,
    secrets,
    systemEvents,
    hooks,
    understand: media.understandInbound,
    models,
    defense,
    redact: (text: string) => redactText(secrets.redact(text)),
    clock,
    metrics,
    logger: logger.child('channels'),
  };
  const channels =
    options.seat && createChannelsSeat({ ...channelDeps, load: (runtime) => loadChannels(channelDeps, runtime) });
  const builtInTools = createToolService({
    policyHook: defense.policyHook,
    config: () => config.current(),
    clock,
    logger: logger.child('tools'),
    env,
    homeDir,
    stateDir,
    approvalsPath,
    subagentRows: store.subagents,
    rooms: {
      sessions: createSessionRoom({
        store,
        models,
        clock,
        version: CHELA_VERSION,
        commit: env.GIT_COMMIT,
        workspaceDir: (agentId) => agentWorkspaceDir(config.current(), config.paths, agentId),
      }),
      agents: createAgentCaller({ runtime, store, models, clock, announcer: () => options.seat?.announcer() }),
      gateway: createGatewayControl({
        config,
        channels: () => channels?.current()?.descriptions() ?? [],
        clock,
        door: options.seat?.gateway,
      }),
      vision: { look: (request) => lookAtImages(models, request) },
      speech,
      skills,
      memory,
      results: createResultRoom(store, secrets.redact),
      ...(options.seat && {
        approvals: createApprovalRoom({ desk: approvals, document: approvalsFile }),
        systemEvents: options.seat.notes,
        cron: createCronRoom(options.seat.gateway),
        nodes: createNodeRoom(nodeServices),
      }),
      ...(channels && { messages: channels.messages }),
    },
  });
  const commands = createCommandRooms({
    config,
    overrides,
    approvals,
    subagents: builtInTools.subagents,
    env,
    logger: logger.child('config'),
  });
  const watchedTools = guardedTools(defense.watched(builtInTools), secrets);
  const tools = tracer ? tracedTools(watchedTools, tracer) : watchedTools;
  agent = createAgentRuntime({
    config,
    store,
    models,
    media: media.media,
    tools,
    skills,
    logger: logger.child('agent'),
    metrics,
    clock,
    rooms: commands.rooms,
    hooks,
    speech: { ...speech, auto: async () => (await speech.status()).auto },
    systemEvents,
    ...(channels && options.seat && { deliver: deliverAnswers(channels, options.seat), tell: channels.tell }),
    host: {
      hostName: hostname(),
      os: `${type()} ${release()}`,
      arch: arch(),
      nodeVersion: process.version,
      // Asked with the first turn: the first use of Intl costs 10 ms that a start need not wait for.
      get timeZone() {
        timeZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
        return timeZone;
      },
      version: CHELA_VERSION,
      ...(env.GIT_COMMIT && { commit: env.GIT_COMMIT }),
      ...(env.SHELL && { shell: basename(env.SHELL) }),
    },
  });
  const stopTelling = agent.subscribe((event) => {
    if (event.type === 'ended') memory.spoke(resolveSessionAgentId(event.sessionKey, config.current()));
  });
  const recovery = Promise.withResolvers<void>();
  return {
    config,
    store,
    models,
    tools,
    skills,
    agent: options.seat === undefined ? runtime() : inLineBehind(recovery.promise, runtime()),
    hooks,
    logger,
    secrets,
    metrics,
    clock,
    approvals,
    approvalsFile,
    devices,
    nodeServices,
    speech,
    defense,
    channels,
    tracer,
    restartBy: commands.restartBy,
    recovered: recovery.promise,
    async recover() {
      await store.budgets.recover();
      const resumed = await builtInTools.resume();
      await channels?.open(runtime());
      const recovered = await runtime().recover();
      await builtInTools.subagents?.resume();
      const messages = await channels?.start();
      recovery.resolve();
      return { ...recovered, ...messages, approvals: resumed };
    },
    async close(drainMs) {
      recovery.resolve();
      unfollow();
      stopTelling();
      learning.close();
      nodeServices.nodeRegistry.close();
      await learning.ready;
      await channels?.quiesce();
      await runtime().close(drainMs);
      await channels?.close();
      await hooks.close();
      await tools.close();
      await memory.close();
      await models.close();
      await speech.close();
      await skills.close();
      approvals.close();
      await defense.close();
      await store.close();
      await config.close();
      metrics.close();
      await logger.close();
    },
  };
}
