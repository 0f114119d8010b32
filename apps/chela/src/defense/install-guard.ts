import { randomUUID } from 'node:crypto';
import type { InstallJudge } from '@chela/skills';
import type { ActionGate } from './action-gate.ts';

/**
 * Judges what a skill would install (reference defender/defender.md §B.1): the command and the address come from the
 * skill's own text, whoever asked for the installation.
 */
export function createInstallGuard(gate: ActionGate): InstallJudge {
  return async ({ skill, command, url }, signal) => {
    const request = {
      id: randomUUID(),
      source: 'install',
      tool: 'skills.install',
      raw: { skill, command, url },
      ...(command !== undefined && { command }),
      ...(url !== undefined && { url }),
    };
    const question = { command: `skills.install ${skill}: ${command ?? url ?? ''}`, agentId: null, sessionKey: null };
    const passage = await gate(request, question, signal);
    if (passage.isOpen) return undefined;
    const why = passage.decision.reasons.join('; ');
    if (passage.why === 'blocked') return `The defender blocked this installation: ${why}`;
    if (passage.why === 'nobody to ask')
      return `This installation needs approval, and nobody can be asked here: ${why}`;
    return `This installation was not approved: ${why}`;
  };
}
