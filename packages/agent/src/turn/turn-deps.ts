import type { ConfigService } from '@chela/config';
import type { HookBell } from '@chela/hooks';
import type { MediaUnderstanding, ModelRef, ModelService } from '@chela/models';
import type { Clock, Logger, Metrics } from '@chela/observability';
import type { SkillService } from '@chela/skills';
import type { Store } from '@chela/store';
import type { Tool, ToolService } from '@chela/tools';
import type { CommandRooms } from '../commands/command-rooms.ts';
import type { LocalTime } from '../messages/local-time.ts';
import type { ToolSizes } from '../prompt/prompt-report.ts';
import type { BootstrapReader } from '../prompt/read-bootstrap-files.ts';
import type { AgentRequest, RunEvent, RunOutcome } from '../runtime.ts';
import type { SystemEvents } from '../system-events/system-events.ts';
import type { SpeechRoom } from './speak-answer.ts';

/** Facts about this machine and this program, gathered once at start. */
export interface HostFacts {
  readonly hostName: string;
  /** Name and release of the operating system, e.g. `Linux 6.12`. */
  readonly os: string;
  readonly arch: string;
  /** E.g. `v24.21.0`. */
  readonly nodeVersion: string;
  /** E.g. `bash`; absent when unknown. */
  readonly shell?: string;
  /** IANA name of the machine's own time zone. */
  readonly timeZone: string;
  /** Version of this program. */
  readonly version: string;
  /** Short hash of the commit this program was built from, when known. */
  readonly commit?: string;
}

/** What a turn asks of the skills. */
export type TurnSkills = Pick<SkillService, 'snapshot' | 'invocation'>;

/** What the parts of a turn need from outside. */
export interface TurnDeps {
  readonly config: ConfigService;
  readonly store: Store;
  readonly models: ModelService;
  readonly tools: ToolService;
  /** Absent: there are no skills. */
  readonly skills?: TurnSkills;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly host: HostFacts;
  /** Finds words for what people attach; absent: attachments go to the model or nowhere. */
  readonly media?: MediaUnderstanding;
  /** Absent: answers are not spoken. */
  readonly speech?: SpeechRoom;
  readonly bootstrap: BootstrapReader;
  /** Where internal hooks hear of what happens. */
  readonly hooks: HookBell;
  readonly toolSizes: (tools: readonly Tool[]) => ToolSizes;
  readonly time: LocalTime;
  readonly systemEvents: SystemEvents;
  /** Makes sure the workspace folder exists and is furnished; once a workspace and process. */
  readonly furnish: (workspaceDir: string) => Promise<void>;
  /** Services of other parts that commands use. */
  readonly rooms: CommandRooms;
  readonly emit: (event: RunEvent) => void;
  /** Absent: there are no channels. */
  readonly deliver?: Deliver;
  /** Absent: there are no channels. */
  readonly tell?: Tell;
}

/** Takes over an answer that goes to a channel. */
export type Deliver = (request: AgentRequest, outcome: RunOutcome) => Promise<void>;

/** Takes over a word of the gateway itself that goes to a request's channel before the answer. */
export type Tell = (request: AgentRequest, word: GatewayWord) => Promise<void>;

export interface GatewayWord {
  /** Repeats with the same key say nothing. */
  readonly key: string;
  readonly text: string;
  /** The model that is going to answer. */
  readonly model: ModelRef;
}
