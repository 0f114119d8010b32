import type { AgentRuntime, SystemEvents } from '@chela/agent';
import type { Announcer, Automation } from '@chela/automation';
import type { Channels } from '@chela/channels';
import type { ConfigEditor, ConfigService } from '@chela/config';
import type { HookBell } from '@chela/hooks';
import type { ModelService, QuotaReader } from '@chela/models';
import type { NodePairing, NodeRegistry, Nodes } from '@chela/nodes';
import type { Clock, Logger, Metrics } from '@chela/observability';
import type { SkillService } from '@chela/skills';
import type { Store } from '@chela/store';
import type { ApprovalDesk, ApprovalsDocument, SpeechService, ToolService } from '@chela/tools';
import type { Broadcast } from './broadcast.ts';
import type { DevicePairing } from './device-pairing.ts';
import type { HealthMonitor } from './health-monitor.ts';
import type { Presence } from './presence.ts';
import type { RestartControl } from './restart/restart.ts';
import type { Updater } from './update/updater.ts';

/** Who sent a request. `scopes` are the granted ones, after pairing. */
export interface Caller {
  readonly connId: string;
  readonly role: 'operator' | 'node';
  readonly scopes: readonly string[];
  readonly client: {
    readonly id: string;
    readonly mode: string;
    readonly version: string;
    readonly platform: string;
    readonly displayName?: string;
    readonly instanceId?: string;
  };
  readonly deviceId: string | undefined;
  readonly isLocal: boolean;
  readonly caps: ReadonlySet<string>;
  readonly remoteIp: string | undefined;
}

export interface MethodContext {
  readonly caller: Caller;
  readonly requestId: string;
  /** Sends the first of two responses (`agent`, two-phase approvals); the handler's return value is the second. */
  accept(payload: unknown): void;
  /** Aborts when the connection closes. */
  readonly signal: AbortSignal;
}

/** What handlers may use. Built once in the composition root; handlers are thin and call these. */
export interface GatewayServices {
  readonly version: string;
  readonly startedAt: number;
  readonly config: ConfigService;
  /** The writer of the configuration file. */
  readonly editor: ConfigEditor;
  readonly restart: RestartControl;
  readonly store: Store;
  readonly agent: AgentRuntime;
  readonly models: ModelService;
  readonly tools: ToolService;
  readonly skills: SkillService;
  /** Where internal hooks hear of what happens. */
  readonly hooks: HookBell;
  readonly broadcast: Broadcast;
  readonly presence: Presence;
  readonly health: HealthMonitor;
  readonly devices: DevicePairing;
  readonly approvals: ApprovalDesk;
  readonly approvalsFile: ApprovalsDocument;
  readonly systemEvents: SystemEvents;
  readonly automation: Automation;
  /** Tells people outside a turn. */
  readonly announcer: Announcer;
  /** Undefined while no channel is configured. */
  readonly channels: () => Channels | undefined;
  readonly nodes: Nodes;
  readonly nodeRegistry: NodeRegistry;
  readonly nodePairing: NodePairing;
  readonly quota: QuotaReader;
  readonly speech: SpeechService;
  readonly updater: Updater;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/**
 * One row of the method table. `params` names a schema of the contract (e.g. `ChatSendParams`); undefined accepts any
 * params. `scope` follows reference protocol/protocol.md §3: `node` methods are for nodes only, `admin` is every method in no other set.
 * The handler's params are validated already; it narrows them with the schema's static type.
 */
export interface MethodDefinition {
  readonly name: string;
  readonly params: string | undefined;
  readonly scope: 'node' | 'approvals' | 'pairing' | 'read' | 'write' | 'admin';
  /** Whether hello-ok lists it. */
  readonly listed: boolean;
  /** Puts right what known clients send beside the schema; runs before validation. */
  normalise?(params: unknown): unknown;
  handle(params: unknown, context: MethodContext): Promise<unknown>;
}

/** A method family: one file in `methods/`, one function from services to rows. */
export type MethodFamily = (services: GatewayServices) => readonly MethodDefinition[];
