import type { Config } from '@chela/config';
import type { NewTranscriptEntry, SessionEntry } from '@chela/store';
import type { AgentRequest } from '../runtime.ts';
import type { OpenSession } from '../turn/open-session.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';

/** What a handler may look at and use. */
export interface CommandContext {
  readonly deps: TurnDeps;
  readonly config: Config;
  readonly request: AgentRequest;
  readonly session: OpenSession;
  readonly sender: CommandSender;
  /** Runs that wait for a lane. */
  readonly waiting: number;
  /** Fires when the command itself is stopped. */
  readonly signal: AbortSignal;
  /** Ends what runs in the session; returns how many runs that were. */
  stopSession(): Promise<number>;
}

/** Who sent a command, as far as it is verified. */
export interface CommandSender {
  /** E.g. `webchat`. */
  readonly channel: string;
  readonly id: string;
  readonly isOwner: boolean;
  /** Scopes of a gateway client; absent for senders of a channel. */
  readonly scopes: readonly string[] | undefined;
}

export interface CommandAnswer {
  readonly text: string;
  /** Rows of buttons below it, where the channel has them. */
  readonly buttons?: readonly (readonly { readonly text: string; readonly callback_data: string }[])[];
  /** What the model is told before the next message, as a note of the system. */
  readonly notes?: readonly string[];
  /** What changes in the session, in the transaction that stores the answer. */
  readonly change?: (entry: SessionEntry) => SessionEntry;
  /** Entries of the transcript that stand before the answer. */
  readonly entries?: readonly NewTranscriptEntry[];
}

/** Answers one command; `args` is what stands behind its name, trimmed. What it throws is shown to the sender. */
export type CommandHandler = (context: CommandContext, args: string) => CommandAnswer | Promise<CommandAnswer>;
