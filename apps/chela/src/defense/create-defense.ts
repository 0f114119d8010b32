import { join } from 'node:path';
import type { ConfigService, Env } from '@chela/config';
import type { DecisionRecord, DefenderService } from '@chela/defender';
import type { SecurityDesk } from '@chela/gateway';
import type { Nodes } from '@chela/nodes';
import type { Clock, Logger } from '@chela/observability';
import type { InstallJudge } from '@chela/skills';
import { createAuditAnchors, type Store } from '@chela/store';
import type { ApprovalDesk, PolicyHook, ToolService } from '@chela/tools';
import { createActionGate } from './action-gate.ts';
import { defaultDefenderMode } from './default-mode.ts';
import { defenderSection } from './defender-section.ts';
import { guardedNodes } from './guarded-nodes.ts';
import { createInstallGuard } from './install-guard.ts';
import { createOutboundJudge, type JudgeOutbound } from './judge-outbound.ts';
import { createPassedSends } from './passed-sends.ts';
import { createSecurityDesk } from './security-desk.ts';
import { createToolGuard } from './tool-guard.ts';
import { createTurnLabels } from './turn-labels.ts';

/** The defender in the way of everything an agent does. */
export interface Defense {
  /** Loaded with its first use: guards and their patterns cost a start time that it does not need. */
  service(): Promise<DefenderService>;
  /** Called with each decision once it is recorded. The returned function ends it. */
  subscribe(listener: DecisionListener): () => void;
  /** For the tool service: asked before each call. */
  readonly policyHook: PolicyHook;
  /** For the skill service: asked before anything is installed. */
  readonly installJudge: InstallJudge;
  /** For whoever sends messages: asked before a message's row is written to the outbox. */
  readonly judgeOutbound: JudgeOutbound;
  /** Nodes whose commands are judged, whoever asks for them but agents' tools. */
  guarded(nodes: Nodes, agentCaller: string): Nodes;
  /** The tools with an eye on what each turn has read. */
  watched<Tools extends ToolService>(tools: Tools): Tools;
  /** For the `security.*` methods of the gateway. */
  readonly desk: SecurityDesk;
  close(): Promise<void>;
}

export type DecisionListener = (record: DecisionRecord, eventName: string) => void;

export interface DefenseDeps {
  readonly config: ConfigService;
  readonly store: Store;
  /** Absent where nobody can be asked. */
  readonly desk: ApprovalDesk | undefined;
  readonly isFreshInstall: boolean;
  readonly env: Env;
  readonly redact: (text: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export async function createDefense(deps: DefenseDeps): Promise<Defense> {
  const { config, store, desk, env, clock, logger } = deps;
  const { stateDir } = config.paths;
  const defaultMode = await defaultDefenderMode(stateDir, deps.isFreshInstall);
  const listeners = new Set<DecisionListener>();
  const anchorsPath = join(stateDir, 'chela', 'audit-anchors.jsonl');
  const walPath = join(stateDir, 'chela', 'chela.sqlite-wal');
  const anchors = createAuditAnchors({ path: anchorsPath, walPath, log: store.audit, clock, logger });
  let loaded: Promise<DefenderService> | undefined;
  const service = (): Promise<DefenderService> => {
    loaded ??= load();
    return loaded;
  };

  async function load(): Promise<DefenderService> {
    const { createDefenderService } = await import('@chela/defender');
    const made = createDefenderService({
      stateDir,
      section: () => defenderSection(config.current()),
      env,
      defaultMode,
      record(records) {
        store.audit.appendAll(records);
        anchors.appended();
      },
      redact: deps.redact,
      clock,
      logger,
    });
    made.subscribe((record, eventName) => {
      for (const listener of listeners) listener(record, eventName);
    });
    return made;
  }

  let section = JSON.stringify(defenderSection(config.current()));
  const unfollow = config.onChange((next) => {
    const changed = JSON.stringify(defenderSection(next));
    if (changed === section) return;
    section = changed;
    loaded
      ?.then((defender) => defender.refresh())
      .catch((error: unknown) => logger.error('the defender could not be refreshed', { error }));
  });
  const labels = createTurnLabels();
  const passed = createPassedSends();
  const gate = createActionGate({ defender: service, desk });
  const subscribe = (listener: DecisionListener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    service,
    subscribe,
    desk: createSecurityDesk({
      service,
      subscribe,
      section: () => defenderSection(config.current()),
      env,
      defaultMode,
      log: store.audit,
      anchors,
      anchorsPath,
      clock,
    }),
    policyHook: createToolGuard({ gate, labels, passed }),
    installJudge: createInstallGuard(gate),
    judgeOutbound: createOutboundJudge({ gate, labels, passed, redact: deps.redact }),
    guarded: (nodes, agentCaller) => guardedNodes(nodes, { gate, agentCaller }),
    watched: (tools) => ({
      ...tools,
      async call(tool, scope, context) {
        const result = await tools.call(tool, scope, context);
        labels.note(context.runId, tool.name);
        return result;
      },
    }),
    async close() {
      unfollow();
      await loaded?.then((defender) => defender.close());
      await anchors.close();
    },
  };
}
