import { join } from 'node:path';
import type { Config } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { SubagentRepository } from '@chela/store';
import { createAbsentTools } from './absent/no-service.ts';
import { isRecord } from './call/arguments.ts';
import { createBackgroundScope } from './call/background-scope.ts';
import type { BuiltInTool } from './call/call-context.ts';
import { createCronTool } from './cron/cron-tool.ts';
import { createApprovalFlow } from './exec/approval-flow.ts';
import { createCommandRecords } from './exec/command-records.ts';
import { createExecTool } from './exec/exec.ts';
import { createHostGate } from './exec/host-gate.ts';
import { createLoginPath } from './exec/login-path.ts';
import { createNodeHost } from './exec/node/node-host.ts';
import { outputLimits } from './exec/output-limits.ts';
import { createProcessRegistry } from './exec/process-registry.ts';
import { createCommandRunner } from './exec/run.ts';
import { createEditTool } from './files/edit.ts';
import type { FileAccess } from './files/file-access.ts';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './files/image-limit.ts';
import { createReadTool } from './files/read.ts';
import { resolvePatchPath } from './files/tool-path.ts';
import { createWriteTool } from './files/write.ts';
import { createGatewayTool } from './gateway/gateway.ts';
import { createImageTool } from './image/image.ts';
import { createMemoryTools } from './memory/memory-tools.ts';
import { createMessageTool } from './message/message-tool.ts';
import { createNodesTool } from './nodes/nodes-tool.ts';
import { createApplyPatchTool } from './patch/apply-patch.ts';
import { TOOL_ORDER } from './policy/tool-names.ts';
import { createProcessTool } from './process/process.ts';
import type { SystemEventRoom } from './rooms/approvals.ts';
import type { ToolRooms } from './rooms/rooms.ts';
import { createSandboxes, type Sandboxes } from './sandbox/create-sandboxes.ts';
import { createAgentsListTool } from './sessions/agents-list.ts';
import { createSessionStatusTool } from './sessions/session-status.ts';
import { createSessionsHistoryTool } from './sessions/sessions-history.ts';
import { createSessionsListTool } from './sessions/sessions-list.ts';
import { createSessionsSendTool } from './sessions/sessions-send.ts';
import { createSessionsSpawnTool } from './sessions/sessions-spawn.ts';
import { createSubagentRegistry, type SubagentRegistry } from './sessions/subagent-registry.ts';
import { createSubagentsTool } from './sessions/subagents.ts';
import { createTtsTool } from './speech/tts-tool.ts';
import { createTargetGuard, type TargetGuard } from './web/target-guard.ts';
import { createWebFetchTool } from './web/web-fetch.ts';
import { createWebSearchTool, type SearchFetch } from './web/web-search.ts';

export interface BuiltInToolDeps {
  readonly config: () => Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly rooms?: ToolRooms;
  /** Where runs of sub-agents are kept. Absent: none can be started. */
  readonly subagentRows?: SubagentRepository;
  /** Default `<home>/.openclaw`. */
  readonly stateDir?: string;
  /** Default `exec-approvals.json` in the state directory. */
  readonly approvalsPath?: string;
  /** Default: the guard against private addresses. */
  readonly targetGuard?: TargetGuard;
  /** Default: the platform's `fetch`. */
  readonly searchFetch?: SearchFetch;
}

function fileRules(
  config: Config,
  agentId: string,
): { readonly workspaceOnly: boolean; readonly patchesInside: boolean } {
  const agent = config.agents?.list?.find((entry) => entry.id === agentId)?.tools;
  const workspaceOnly = agent?.fs?.workspaceOnly ?? config.tools?.fs?.workspaceOnly ?? false;
  const patch = agent?.exec?.applyPatch ?? config.tools?.exec?.applyPatch;
  return { workspaceOnly, patchesInside: workspaceOnly || !isRecord(patch) || patch.workspaceOnly !== false };
}

function imageLimits(config: Config): ImageLimits {
  const side = config.agents?.defaults?.imageMaxDimensionPx;
  return typeof side === 'number' && side >= 1
    ? { ...DEFAULT_IMAGE_LIMITS, maxSidePx: Math.floor(side) }
    : DEFAULT_IMAGE_LIMITS;
}

/** Every tool of this package in the contract's order, and the way to end what they started. */
export function createBuiltInTools(deps: BuiltInToolDeps): {
  readonly tools: readonly BuiltInTool[];
  readonly subagents: SubagentRegistry | undefined;
  readonly sandboxes: Sandboxes;
  /** Goes on with what earlier processes left waiting; returns how much. */
  resume(): Promise<number>;
  close(): Promise<void>;
} {
  const { config, clock, logger, env, homeDir, rooms = {} } = deps;
  const stateDir = deps.stateDir ?? join(homeDir, '.openclaw');
  let closing = false;
  const { systemEvents, skills } = rooms;
  // Commands that end because the gateway ends are not news.
  const events: SystemEventRoom | undefined = systemEvents && {
    notify(event) {
      if (!closing) systemEvents.notify(event);
    },
  };
  const background = createBackgroundScope({ logger });
  const sandboxes = createSandboxes({
    config,
    env,
    stateDir,
    clock,
    logger: logger.child('sandbox'),
    ...(skills && { skillFolders: (agentId) => skills.folders(agentId) }),
  });
  const records = createCommandRecords({ folder: join(stateDir, 'commands'), sweepContainer: sandboxes.sweep });
  const registry = createProcessRegistry({ clock, limits: outputLimits(env), logger });
  const runner = createCommandRunner({ registry, clock, records, logger, env });
  const approvals = rooms.approvals && createApprovalFlow({ room: rooms.approvals, events, runner, clock, logger });
  const approvalsPath = deps.approvalsPath ?? join(stateDir, 'exec-approvals.json');
  const hostGate = createHostGate({ runner, homeDir, approvalsPath, approvals, skills: rooms.skills });
  const nodeHost = createNodeHost({
    room: rooms.nodes,
    approvals: rooms.approvals,
    events,
    approvalsPath,
    clock,
    logger,
  });
  const files: FileAccess = { homeDir, workspaceOnly: (agentId) => fileRules(config(), agentId).workspaceOnly };
  const { sessions } = rooms;
  const subagents =
    rooms.agents &&
    deps.subagentRows &&
    createSubagentRegistry({
      config,
      agents: rooms.agents,
      rows: deps.subagentRows,
      sessions,
      clock,
      logger,
      background: background.run,
    });
  const loginPath = createLoginPath(env);
  const exec = createExecTool({
    config,
    env,
    homeDir,
    runner,
    hostGate,
    nodeHost,
    systemEvents: events,
    skills: rooms.skills,
    loginPath,
  });

  const searchFetch: SearchFetch = deps.searchFetch ?? ((url, init) => fetch(url, init));
  const guard = deps.targetGuard ?? createTargetGuard();
  const tools: readonly BuiltInTool[] = [
    createReadTool({ files, imageLimits: () => imageLimits(config()), results: rooms.results }),
    createEditTool({ files }),
    createWriteTool({ files }),
    createApplyPatchTool({
      files: {
        homeDir,
        workspaceOnly: (agentId) => fileRules(config(), agentId).patchesInside,
        resolvePath: resolvePatchPath,
      },
    }),
    exec,
    createProcessTool({ registry, clock }),
    createCronTool({ room: rooms.cron, sessions }),
    createGatewayTool({ config, control: rooms.gateway }),
    createAgentsListTool({ config }),
    createSessionsListTool({ config, clock, sessions }),
    createSessionsHistoryTool({ config, sessions }),
    createSessionsSendTool({ config, clock, sessions, agents: rooms.agents, background: background.run }),
    createSessionsSpawnTool({ config, agents: rooms.agents, registry: subagents }),
    createSubagentsTool({ clock, registry: subagents }),
    createSessionStatusTool({ config, sessions }),
    createWebSearchTool({ config, clock, env, fetch: searchFetch }),
    createWebFetchTool({ config, clock, guard, env, fetch: searchFetch }),
    createImageTool({ config, files, guard, imageLimits: () => imageLimits(config()), room: rooms.vision }),
    createNodesTool({ clock, room: rooms.nodes, approvals: rooms.approvals }),
    createTtsTool({ speech: rooms.speech }),
    createMessageTool({ room: () => rooms.messages?.() }),
    ...createMemoryTools(rooms.memory),
    ...createAbsentTools({ config }),
  ];
  return {
    tools: tools.toSorted((a, b) => TOOL_ORDER.indexOf(a.name) - TOOL_ORDER.indexOf(b.name)),
    subagents,
    sandboxes,
    async resume() {
      const ended = await records.reap();
      if (ended > 0) logger.info('ended commands that an earlier process left running', { commands: ended });
      const unfinished = (await rooms.approvals?.unfinished()) ?? [];
      for (const item of unfinished) {
        await exec.resume(item).catch((error: unknown) => {
          logger.error('an approval of an earlier process could not be taken up', { id: item.pending.id, error });
        });
      }
      return unfinished.length;
    },
    async close() {
      closing = true;
      subagents?.close();
      background.close();
      await approvals?.close();
      await nodeHost.close();
      await registry.close();
      await sandboxes.close();
    },
  };
}
