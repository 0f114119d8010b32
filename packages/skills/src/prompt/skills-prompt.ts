import type { Skill } from '../skill.ts';
import type { SkillLimits } from '../skill-settings.ts';

const HEAD = [
  'Each entry is a set of instructions for one kind of task, kept in the file at its location.',
  'When a task fits a description, read that file with the read tool before you begin, and follow it.',
  'Paths inside a skill are relative to the folder of its SKILL.md: make them absolute before you use them.',
].join('\n');
const NODE_NOTE =
  'A macOS node is connected: programs that only a Mac has run there, through the nodes tool with action run.';
const OPEN = '<available_skills>';
const CLOSE = '</available_skills>';

export interface PromptPlace {
  readonly limits: SkillLimits;
  readonly homeDir: string;
  /** Whether programs of connected nodes were counted. */
  readonly hasNodes: boolean;
}

/**
 * The list of skills as a model reads it, in the form of the Agent Skills convention; empty without any. What does
 * not fit into the limits is left out and said (reference agent/automation.md §6.2).
 */
export function skillsPrompt(skills: readonly Skill[], { limits, homeDir, hasNodes }: PromptPlace): string {
  const offered = skills.filter(({ modelInvocable }) => modelInvocable);
  if (offered.length === 0) return '';
  const blocks = offered.slice(0, limits.maxSkillsInPrompt).map((skill) => block(skill, homeDir));
  const head = hasNodes ? `${HEAD}\n${NODE_NOTE}` : HEAD;
  let shown = blocks.length;
  while (shown > 0 && render(head, blocks.slice(0, shown), offered.length).length > limits.maxSkillsPromptChars)
    shown -= 1;
  return render(head, blocks.slice(0, shown), offered.length);
}

function render(head: string, blocks: readonly string[], total: number): string {
  const note =
    blocks.length < total
      ? [`(Skills truncated: ${blocks.length} of ${total} are listed; \`chela skills check\` tells more.)`]
      : [];
  return [head, ...note, '', OPEN, ...blocks, CLOSE].join('\n');
}

function block({ name, description, filePath }: Skill, homeDir: string): string {
  return [
    '  <skill>',
    `    <name>${escaped(name)}</name>`,
    `    <description>${escaped(description)}</description>`,
    `    <location>${escaped(underHome(filePath, homeDir))}</location>`,
    '  </skill>',
  ].join('\n');
}

/** Shorter, and the same on every machine: prompts with it can be cached. */
function underHome(path: string, homeDir: string): string {
  return path.startsWith(`${homeDir}/`) ? `~${path.slice(homeDir.length)}` : path;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** How much room each skill takes in a prompt that `skillsPrompt` made. */
export function promptSizes(prompt: string): readonly { readonly name: string; readonly blockChars: number }[] {
  const blocks = prompt.match(/<skill>[\s\S]*?<\/skill>/g) ?? [];
  return blocks.map((text) => ({
    name: /<name>([\s\S]*?)<\/name>/.exec(text)?.[1] ?? '',
    blockChars: text.length,
  }));
}
