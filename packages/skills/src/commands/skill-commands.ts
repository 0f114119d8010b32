import type { Skill } from '../skill.ts';
import { commandName, uniqueName } from './command-name.ts';

/** A skill as people call it. */
export interface SkillCommand {
  /** Without the slash. */
  readonly name: string;
  readonly skillName: string;
  readonly description: string;
  /** Absent: the model is asked to use the skill. */
  readonly tool?: string;
}

/** Chat services cut longer descriptions. */
const DESCRIPTION_MAX_CHARS = 100;

/**
 * The slash commands of eligible skills, in their order (reference agent/sessions.md §20). `reserved` are the names of
 * the gateway's own commands, without slash.
 */
export function skillCommands(skills: readonly Skill[], reserved: Iterable<string> = []): readonly SkillCommand[] {
  const used = new Set([...reserved].map((name) => name.toLowerCase()));
  return skills
    .filter(({ userInvocable }) => userInvocable)
    .map((skill) => {
      const name = uniqueName(commandName(skill.name), used);
      used.add(name);
      return {
        name,
        skillName: skill.name,
        description: shortened(skill.description),
        ...(skill.commandTool !== undefined && { tool: skill.commandTool }),
      };
    });
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= DESCRIPTION_MAX_CHARS ? line : `${line.slice(0, DESCRIPTION_MAX_CHARS - 1)}…`;
}

/** A message that calls a skill. */
export interface SkillInvocation {
  readonly command: SkillCommand;
  /** What stands behind the name; empty when nothing does. */
  readonly input: string;
}

/** Reads `/name input` and `/skill name input`; undefined for everything else, unknown names included. */
export function readSkillInvocation(text: string, commands: readonly SkillCommand[]): SkillInvocation | undefined {
  const called = /^\/([^\s:]+):?(?:\s+([\s\S]*))?$/.exec(text.trim());
  if (called === null) return undefined;
  const [, name = '', rest = ''] = called;
  if (name.toLowerCase() !== 'skill') return invocation(name, rest, commands);
  const inner = /^(\S+)(?:\s+([\s\S]*))?$/.exec(rest.trim());
  return inner === null ? undefined : invocation(inner[1] ?? '', inner[2] ?? '', commands);
}

function invocation(name: string, input: string, commands: readonly SkillCommand[]): SkillInvocation | undefined {
  const wanted = name.toLowerCase();
  const command =
    commands.find((candidate) => candidate.name === wanted) ??
    commands.find(
      ({ skillName }) => skillName.toLowerCase() === wanted || commandName(skillName) === commandName(wanted),
    );
  return command === undefined ? undefined : { command, input: input.trim() };
}

/** What the model reads instead of the command. */
export function invocationText({ command, input }: SkillInvocation): string {
  const request = `Use the skill "${command.skillName}" for this message: read its SKILL.md first.`;
  return input === '' ? request : `${request}\n\n${input}`;
}
