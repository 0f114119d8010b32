import type { CommandAnswer, CommandContext } from './command.ts';
import { closedElevatedGates } from './command-access.ts';
import type { LevelDirective } from './inline-directives.ts';

/** `/elevated`: rights of commands on the host (reference agent/sessions.md §19, agent/tools.md §4.15). Pure. */
export function answerElevated(directive: LevelDirective, context: CommandContext): CommandAnswer {
  const refusal = elevatedRefusal(context);
  if (refusal !== undefined) return { text: refusal };
  const { raw, level } = directive;
  if (raw === undefined) {
    const { entry } = context.session;
    const shown = typeof entry?.elevatedLevel === 'string' ? entry.elevatedLevel : 'off';
    return { text: `Current elevated level: ${shown}.\nOptions: on, off, ask, full.` };
  }
  if (level === undefined) {
    return { text: `"${raw}" is no elevated level. Valid levels: off, on, ask, full.` };
  }
  return {
    text: SAID[level] ?? `⚙️ Elevated is ${level}.`,
    notes: [NOTES[level] ?? `Elevated ${level}.`],
    change: (entry) => ({ ...entry, elevatedLevel: level }),
  };
}

const SAID: Readonly<Record<string, string>> = {
  off: '⚙️ Elevated is off.',
  on: '⚙️ Elevated is on; commands that need it still ask.',
  ask: '⚙️ Elevated is on; commands that need it still ask.',
  full: '⚙️ Elevated is full: commands no longer ask.',
};

const ASKS = 'Elevated ASK — exec runs on host; approvals may still apply.';
const NOTES: Readonly<Record<string, string>> = {
  off: 'Elevated OFF — exec stays in sandbox.',
  on: ASKS,
  ask: ASKS,
  full: 'Elevated FULL — exec runs on host with auto-approval.',
};

/** Why the sender has no elevated rights; undefined when nothing stands in the way. */
export function elevatedRefusal({ config, request, sender }: CommandContext): string | undefined {
  const gates = closedElevatedGates(config, request.agentId, sender);
  if (gates.length === 0) return undefined;
  return [
    'elevated is not available right now (runtime=direct).',
    `Failing gates: ${gates.join(', ')}`,
    'Fix-it keys:',
    '- tools.elevated.enabled',
    '- tools.elevated.allowFrom.<provider>',
    '- agents.list[].tools.elevated.enabled',
    '- agents.list[].tools.elevated.allowFrom.<provider>',
    `See: openclaw sandbox explain --session ${request.sessionKey}`,
  ].join('\n');
}
