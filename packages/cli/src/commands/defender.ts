import { createConfigEditor } from '@chela/config';
import { silentLogger } from '@chela/observability';
import { type CliContext, CliFailure } from '../context.ts';
import { numberAt, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';
import { askGateway, hasGateway } from '../security/ask-gateway.ts';

const MODES = ['off', 'audit', 'enforce'];
const MEANING: Readonly<Record<string, string>> = {
  off: 'nothing is judged',
  audit: 'everything runs, decisions are recorded',
  enforce: 'risky actions wait for a person, dangerous ones are refused',
};

interface Flags {
  readonly json?: boolean;
}

/** `defender status`: how the running gateway protects itself. */
export async function defenderStatus(context: CliContext, flags: Flags): Promise<void> {
  const answer = await askGateway(context, await loadConfig(context), 'security.status', {});
  if (flags.json) return context.output.json(answer);
  const mode = textAt(answer, 'mode') ?? 'unknown';
  const counts = recordAt(answer, 'counts');
  const count = (name: string): number => numberAt(counts, name) ?? 0;
  const policy = recordAt(answer, 'policy');
  const audit = recordAt(answer, 'audit');
  const lines = [
    `Mode:       ${mode} (${MEANING[mode] ?? 'unknown'}; from the ${modeSource(textAt(answer, 'modeSource'))})`,
    `Decisions:  ${count('allow')} allowed, ${count('review')} for review, ${count('block')} blocked since the start`,
    `Waiting:    ${numberAt(answer, 'pendingApprovals') ?? 0} approvals`,
    `Policy:     ${typeof policy.active === 'number' ? `version ${policy.active}` : 'the configuration alone'}`,
    `Quarantine: ${numberAt(answer, 'quarantined') ?? 0} actions`,
    `Audit log:  ${numberAt(audit, 'entries') ?? 0} entries`,
  ];
  for (const line of lines) context.output.line(line);
}

function modeSource(source: string | undefined): string {
  if (source === 'environment') return 'environment';
  return source === 'config' ? 'configuration' : 'default of this installation';
}

/** `defender mode`: in force at once in a running gateway. */
export async function defenderMode(context: CliContext, mode: string, flags: Flags): Promise<void> {
  if (!MODES.includes(mode)) throw new CliFailure([`There is no mode ${mode}. Choose one of ${MODES.join(', ')}.`]);
  const loaded = await loadConfig(context);
  if (await hasGateway(context, loaded)) await askGateway(context, loaded, 'security.mode.set', { mode });
  else {
    const editor = createConfigEditor({ paths: loaded.paths, env: { ...context.env }, logger: silentLogger('cli') });
    await editor.edit([{ path: ['security', 'defender', 'mode'], value: mode }]);
  }
  if (flags.json) return context.output.json({ ok: true, mode });
  context.output.line(`The defender's mode is ${mode}: ${MEANING[mode]}.`);
}
