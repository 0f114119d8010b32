import type { OutboundPart } from '../contract/outbound.ts';
import type { AccountName } from '../kernel.ts';

/** What is about to leave, for whoever may stop it. */
export interface OutboundToJudge {
  /** The same for every look at one message. */
  readonly key: string;
  readonly account: AccountName;
  readonly to: string;
  readonly threadId?: string;
  /** It answers a message of the conversation it goes to. */
  readonly isReply: boolean;
  readonly runId?: string;
  readonly part: OutboundPart;
  readonly sessionKey?: string;
  readonly agentId?: string;
}

/** `hold` looks again after a while; `refuse` makes it a dead letter with this reason. */
export type OutboundVerdict =
  | { readonly kind: 'allow' }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'refuse'; readonly reason: string };

/** The defender's word on what leaves (design rule 6). */
export type JudgeOutbound = (outbound: OutboundToJudge) => Promise<OutboundVerdict>;
