/** What the skills bring to commands of an agent. */
export interface SkillRoom {
  /** Variables that its skills need; they hold secrets, and what is set already wins over them. */
  environment(agentId: string): Promise<Readonly<Record<string, string>>>;
  /** Folders of the skills that the agent may use. */
  folders(agentId: string): Promise<readonly string[]>;
  /** Names of the programs that skills ask for. */
  bins(): Promise<readonly string[]>;
}
