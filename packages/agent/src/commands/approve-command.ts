import type { ApprovalDecision } from '@chela/store';
import type { CommandHandler } from './command.ts';

/** `/approve <id> <word>`: the word of a person for a command that waits for it (reference agent/sessions.md §20). */

const USAGE = 'Usage: /approve <id> allow-once|allow-always|deny';

const WORDS: Readonly<Record<string, ApprovalDecision>> = {
  allow: 'allow-once',
  once: 'allow-once',
  'allow-once': 'allow-once',
  allowonce: 'allow-once',
  always: 'allow-always',
  'allow-always': 'allow-always',
  allowalways: 'allow-always',
  deny: 'deny',
  reject: 'deny',
  block: 'deny',
};

/** Scopes of a gateway client that may answer for people (reference protocol/protocol.md §3). */
const APPROVER_SCOPES = ['operator.approvals', 'operator.admin'];

export const answerApprove: CommandHandler = async ({ deps, sender }, args) => {
  const found = readArguments(args);
  if (found === undefined) return { text: USAGE };
  const { scopes } = sender;
  if (scopes !== undefined && !scopes.some((scope) => APPROVER_SCOPES.includes(scope))) {
    return { text: '❌ /approve needs the scope operator.approvals.' };
  }
  const { approvals } = deps.rooms;
  if (approvals === undefined) return { text: '❌ Nothing waits for approval here.' };
  const isResolved = await approvals.resolve(found.id, found.decision, `${sender.channel}:${sender.id}`);
  if (!isResolved) return { text: '❌ The approval could not be given: unknown approval id' };
  return { text: `✅ Approval ${found.decision} noted for ${found.id}.` };
};

/** The id and the word may stand in either order. */
function readArguments(args: string): { readonly id: string; readonly decision: ApprovalDecision } | undefined {
  const [first, second] = args.split(/\s+/);
  if (first === undefined || second === undefined) return undefined;
  const decision = WORDS[second.toLowerCase()];
  if (decision !== undefined) return { id: first, decision };
  const turned = WORDS[first.toLowerCase()];
  return turned === undefined ? undefined : { id: second, decision: turned };
}
