import { randomUUID } from 'node:crypto';
import type { DefenderService } from '@chela/defender';
import type { InstallJudge } from '@chela/skills';
import type { ApprovalDesk } from '@chela/tools';
import { askPeople } from './ask-people.ts';

/**
 * Judges what a skill would install (reference defender/defender.md §B.1): the command and the address come from the
 * skill's own text, whoever asked for the installation.
 */
export function createInstallGuard(deps: {
  readonly defender: () => Promise<DefenderService>;
  /** Absent where nobody can be asked: a review is a refusal there. */
  readonly desk: ApprovalDesk | undefined;
}): InstallJudge {
  return async ({ skill, command, url }, signal) => {
    const defender = await deps.defender();
    const ruling = await defender.rule({
      id: randomUUID(),
      source: 'install',
      tool: 'skills.install',
      raw: { skill, command, url },
      ...(command !== undefined && { command }),
      ...(url !== undefined && { url }),
    });
    if (ruling.effect === 'run') return undefined;
    const why = ruling.decision.reasons.join('; ');
    if (ruling.effect === 'refuse') return `The defender blocked this installation: ${why}`;
    if (deps.desk === undefined) return `This installation needs approval, and nobody can be asked here: ${why}`;
    const question = { command: `skills.install ${skill}: ${command ?? url ?? ''}`, agentId: null, sessionKey: null };
    const word = await askPeople(deps.desk, question, ruling.decision, signal);
    return word === 'allow-once' || word === 'allow-always' ? undefined : `This installation was not approved: ${why}`;
  };
}
