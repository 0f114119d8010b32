import type { Config } from '@chela/config';
import type { SkillCommand, SkillInvocation } from './commands/skill-commands.ts';
import type { RemoteFacts } from './gating/gate-skill.ts';
import type { InstallOutcome } from './install/install-outcome.ts';
import type { SkillsSnapshot } from './prompt/snapshot.ts';
import type { SkillReport } from './status/skill-status.ts';

/** Skills of all agents: what there is, what may be used here, and how to get more (reference agent/automation.md §6). */
export interface SkillService {
  /** Every skill an agent's workspace sees, looked at now. */
  status(agentId: string): Promise<SkillReport>;
  /** What a session is offered; what it has `stored` stays while nothing changed. `only`: of these names, as a group allows. */
  snapshot(agentId: string, stored: unknown, only?: readonly string[]): Promise<SkillsSnapshot>;
  /** The skill a message calls by a slash command, among the agent's eligible skills. */
  invocation(agentId: string, text: string): Promise<SkillInvocation | undefined>;
  /** The slash commands of the agent's eligible skills. */
  commands(agentId: string): Promise<readonly SkillCommand[]>;
  /** Folders of the skills that an agent may use. */
  folders(agentId: string): Promise<readonly string[]>;
  /** Variables for commands that run for an agent; they hold secrets. */
  environment(agentId: string): Promise<Readonly<Record<string, string>>>;
  /** Programs that the skills of all agents ask for or bring, sorted. */
  bins(): Promise<readonly string[]>;
  /** Gets one of a skill's requirements. Never rejects: what went wrong is in the outcome. */
  install(request: InstallRequest): Promise<InstallOutcome>;
  close(): Promise<void>;
}

export interface InstallRequest {
  readonly name: string;
  readonly installId: string;
  /** Default 5 min, at most 15 min. */
  readonly timeoutMs?: number;
}

/** What connected nodes offer of the programs that skills want; asked whenever skills are looked at, so it must be quick. */
export type RemoteSkillFacts = (wanted: readonly string[]) => RemoteFacts | undefined;

/** How the configuration is followed. */
export interface SkillConfigSource {
  current(): Config;
  onChange(listener: () => void): () => void;
}
