import type { SkillStatus } from '@chela/skills';
import type { CliContext } from '../context.ts';
import { tildePath } from '../format.ts';
import { mcpLines } from '../mcp-lines.ts';
import { createPaint, type Paint } from '../paint.ts';
import { findSkill, missingText, openSkills } from '../skill-report.ts';
import { boxTable } from '../table.ts';

interface Flags {
  readonly json?: boolean;
}

const DEFAULT_EMOJI = '📦';

function titleOf({ emoji, name }: SkillStatus): string {
  return `${emoji ?? DEFAULT_EMOJI} ${name}`;
}

function stateOf(skill: SkillStatus): string {
  if (skill.disabled) return '⏸ disabled';
  if (skill.blockedByAllowlist) return '🚫 blocked';
  return skill.eligible ? '✓ ready' : '✗ missing';
}

/** `skills list` (reference cli/samples/skills-list-json). */
export async function skillsList(
  context: CliContext,
  flags: Flags & { readonly eligible?: boolean; readonly verbose?: boolean },
): Promise<void> {
  const { service, report, loaded } = await openSkills(context);
  await service.close();
  const skills = flags.eligible ? report.skills.filter(({ eligible }) => eligible) : report.skills;
  const { output } = context;
  if (flags.json) {
    const { workspaceDir, managedSkillsDir } = report;
    return output.json({ workspaceDir, managedSkillsDir, skills: skills.map(listed) });
  }
  if (skills.length === 0) return output.line('No skills found. Put one into skills/<name>/SKILL.md of the workspace.');
  output.line(`Skills (${skills.filter(({ eligible }) => eligible).length}/${skills.length} ready)`);
  const rows = skills.map((skill) => {
    const missing = flags.verbose ? missingText(skill) : '';
    const description = missing === '' ? skill.description : `${skill.description} Missing: ${missing}`;
    return [stateOf(skill), titleOf(skill), skill.source, description.replace(/\s+/g, ' ')];
  });
  for (const line of boxTable(['Status', 'Skill', 'Source', 'Description'], rows, output.columns)) output.line(line);
  for (const line of await mcpLines(context, loaded)) output.line(line);
  output.line('');
  output.line('More about one: chela skills info <name>');
}

function listed(skill: SkillStatus) {
  const { name, description, emoji, eligible, disabled, blockedByAllowlist, source, bundled, primaryEnv } = skill;
  const { homepage, missing } = skill;
  return {
    name,
    description,
    ...(emoji !== undefined && { emoji }),
    eligible,
    disabled,
    blockedByAllowlist,
    source,
    bundled,
    ...(primaryEnv !== undefined && { primaryEnv }),
    ...(homepage !== undefined && { homepage }),
    missing,
  };
}

/** `skills info <name>` (reference cli/samples/skills-info-json). An unknown skill is no failure there. */
export async function skillsInfo(context: CliContext, name: string, flags: Flags): Promise<void> {
  const { service, report, loaded } = await openSkills(context);
  await service.close();
  const { output } = context;
  const skill = findSkill(report, name);
  if (skill === undefined) {
    if (flags.json) return output.json({ error: 'not found', skill: name });
    return output.line(`Skill "${name}" not found. \`chela skills list\` shows what there is.`);
  }
  if (flags.json) return output.json(skill);
  for (const line of infoLines(skill, loaded.paths.homeDir, createPaint(output.color))) output.line(line);
}

function infoLines(skill: SkillStatus, homeDir: string, paint: Paint): readonly string[] {
  const needs = requirementLines(skill);
  return [
    `${paint('bold', titleOf(skill))} ${stateOf(skill)}`,
    '',
    skill.description.trim(),
    '',
    'Details:',
    `  Source: ${skill.source}`,
    `  Path: ${tildePath(skill.filePath, homeDir)}`,
    ...(skill.homepage === undefined ? [] : [`  Homepage: ${skill.homepage}`]),
    ...(skill.primaryEnv === undefined ? [] : [`  Key: ${skill.primaryEnv} (skills.entries.${skill.skillKey}.apiKey)`]),
    ...(needs.length === 0 ? [] : ['', 'Requirements:', ...needs]),
    ...(skill.install.length === 0
      ? []
      : ['', 'Install options:', ...skill.install.map(({ id, label }) => `  → ${id}: ${label}`)]),
  ];
}

const REQUIREMENT_LABELS = {
  bins: 'Programs',
  anyBins: 'One of the programs',
  env: 'Environment',
  config: 'Config',
  os: 'System',
} as const;

function requirementLines({ requirements, missing }: SkillStatus): readonly string[] {
  const lacking = new Map(Object.entries(missing));
  const labels = new Map(Object.entries(REQUIREMENT_LABELS));
  return Object.entries(requirements).flatMap(([member, names]) => {
    if (names.length === 0) return [];
    const marks = names.map((name: string) => `${lacking.get(member)?.includes(name) ? '✗' : '✓'} ${name}`);
    return [`  ${labels.get(member) ?? member}: ${marks.join(', ')}`];
  });
}

/** `skills check` (reference cli/samples/skills-check-json). */
export async function skillsCheck(context: CliContext, flags: Flags): Promise<void> {
  const { service, report } = await openSkills(context);
  await service.close();
  const { skills } = report;
  const eligible = skills.filter((skill) => skill.eligible);
  const disabled = skills.filter((skill) => skill.disabled);
  const blocked = skills.filter((skill) => skill.blockedByAllowlist && !skill.disabled);
  const lacking = skills.filter((skill) => !skill.eligible && !skill.disabled && !skill.blockedByAllowlist);
  const { output } = context;
  const names = (list: readonly SkillStatus[]): readonly string[] => list.map(({ name }) => name);
  if (flags.json) {
    return output.json({
      summary: {
        total: skills.length,
        eligible: eligible.length,
        disabled: disabled.length,
        blocked: blocked.length,
        missingRequirements: lacking.length,
      },
      eligible: names(eligible),
      disabled: names(disabled),
      blocked: names(blocked),
      missingRequirements: lacking.map(({ name, missing, install }) => ({ name, missing, install })),
    });
  }
  output.line(`Skills: ${skills.length} in all`);
  output.line(`✓ Eligible: ${eligible.length}`);
  output.line(`⏸ Disabled: ${disabled.length}`);
  output.line(`🚫 Blocked by allowlist: ${blocked.length}`);
  output.line(`✗ Missing requirements: ${lacking.length}`);
  const section = (title: string, list: readonly SkillStatus[], after: (skill: SkillStatus) => string): void => {
    if (list.length === 0) return;
    output.line('');
    output.line(title);
    for (const skill of list) output.line(`  ${titleOf(skill)}${after(skill)}`);
  };
  section('Ready to use:', eligible, () => '');
  section('Missing requirements:', lacking, (skill) => ` (${missingText(skill)})${installHint(skill)}`);
}

function installHint({ name, install: [first] }: SkillStatus): string {
  return first === undefined ? '' : ` → chela skills install ${name}`;
}
