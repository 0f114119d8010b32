import { Command } from 'commander';
import type { CliContext } from '../context.ts';

export function skillsCommand(context: CliContext): Command {
  const skills = new Command('skills').description('what agents have instructions for, and what is missing for it');
  skills.action(async () => (await import('../commands/skills.ts')).skillsList(context, {}));
  skills
    .command('list')
    .description('list the skills of the default agent')
    .option('--json', 'print JSON')
    .option('--eligible', 'only those that can be used now')
    .option('-v, --verbose', 'with what is missing')
    .action(async (flags) => (await import('../commands/skills.ts')).skillsList(context, flags));
  skills
    .command('info')
    .description('everything about one skill')
    .argument('<name>', 'name or key of the skill')
    .option('--json', 'print JSON')
    .action(async (name: string, flags) => (await import('../commands/skills.ts')).skillsInfo(context, name, flags));
  skills
    .command('check')
    .description('which skills can be used and why the others cannot')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('../commands/skills.ts')).skillsCheck(context, flags));
  skills
    .command('install')
    .description('install what a skill needs on this machine')
    .argument('<name>', 'name or key of the skill')
    .argument('[installer]', 'which way, as `skills info` lists them; the first when left out')
    .option('--timeout <ms>', 'how long it may take', '300000')
    .option('--json', 'print JSON')
    .action(async (name: string, installer: string | undefined, flags) =>
      (await import('../commands/skills-install.ts')).skillsInstall(context, name, installer, flags),
    );
  return skills;
}
