/** What the hooks of this program need of the rest of it. */
export interface BundledRooms {
  /** The workspaces of all agents, each once, with an agent that lives there. */
  workspaces(): readonly { readonly agentId: string; readonly workspaceDir: string }[];
  /** The workspace behind a session key. */
  workspaceOf(sessionKey: string): { readonly agentId: string; readonly workspaceDir: string };
  /** Gives an agent a message in a session of its own; resolves when it has ended. Nobody is shown the answer. */
  boot(agentId: string, text: string): Promise<void>;
  /** What was said in a session, the newest `limit` messages, as people see them. */
  lastMessages(sessionId: string, limit: number): Promise<readonly SaidMessage[]>;
  /** A few words for a conversation, from a model; undefined when none answers in time. */
  title(agentId: string, conversation: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface SaidMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}
