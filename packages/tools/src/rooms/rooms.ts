import type { SpeechService } from '../speech/create-speech.ts';
import type { AgentCaller } from './agent-caller.ts';
import type { ApprovalRoom, SystemEventRoom } from './approvals.ts';
import type { CronRoom } from './cron.ts';
import type { GatewayControl } from './gateway-control.ts';
import type { MemoryRoom } from './memory.ts';
import type { MessageRoom } from './messages.ts';
import type { NodeRoom } from './nodes.ts';
import type { ResultRoom } from './results.ts';
import type { SessionRoom } from './sessions.ts';
import type { SkillRoom } from './skills.ts';
import type { VisionRoom } from './vision.ts';

/** Services of other parts that some tools work with. A tool whose room is missing says so and does nothing. */
export interface ToolRooms {
  readonly sessions?: SessionRoom;
  readonly agents?: AgentCaller;
  readonly cron?: CronRoom;
  readonly gateway?: GatewayControl;
  readonly nodes?: NodeRoom;
  readonly approvals?: ApprovalRoom;
  readonly vision?: VisionRoom;
  readonly systemEvents?: SystemEventRoom;
  readonly speech?: Pick<SpeechService, 'convert'>;
  readonly skills?: SkillRoom;
  readonly memory?: MemoryRoom;
  /** Undefined while no channel is configured. */
  readonly messages?: () => MessageRoom | undefined;
  readonly results?: ResultRoom;
}

/** The room a tool needs, or the error its result carries. */
export function requireRoom<T>(room: T | undefined, what: string): T {
  if (room === undefined) throw new Error(`${what} is not available on this gateway.`);
  return room;
}
