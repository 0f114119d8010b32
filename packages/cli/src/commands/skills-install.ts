import { type CliContext, CliFailure } from '../context.ts';
import { findSkill, openSkills } from '../skill-report.ts';

/** `skills install <name> [installer]`: runs one of the skill's installers in this process. */
export async function skillsInstall(
  context: CliContext,
  name: string,
  installer: string | undefined,
  flags: { readonly json?: boolean; readonly timeout: string },
): Promise<void> {
  const timeoutMs = Number(flags.timeout);
  if (!Number.isInteger(timeoutMs) || timeoutMs <= 0) {
    throw new CliFailure(['--timeout must be a positive integer (milliseconds)']);
  }
  const { service, report } = await openSkills(context);
  try {
    const skill = findSkill(report, name);
    if (skill === undefined) throw new CliFailure([`Skill not found: ${name}`]);
    const installId = installer ?? skill.install[0]?.id;
    if (installId === undefined) {
      throw new CliFailure([`${skill.name} has nothing to install here`, `See: chela skills info ${skill.name}`]);
    }
    if (!flags.json) context.output.line(`Installing for ${skill.name} (${installId}) …`);
    const outcome = await service.install({ name: skill.name, installId, timeoutMs });
    if (flags.json) context.output.json(outcome);
    else if (outcome.ok) context.output.line(outcome.message);
    if (!outcome.ok) {
      throw new CliFailure(flags.json ? [] : [outcome.message, ...outcome.stderr.split('\n').slice(-10)]);
    }
  } finally {
    await service.close();
  }
}
