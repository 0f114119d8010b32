import type { SystemEventRoom } from '../rooms/approvals.ts';
import type { CommandSession, FinishedRun } from './process-registry.ts';
import type { ExecSettings } from './settings.ts';

const ID_CHARS = 8;
const SOURCE_CHARS = 400;
const OUTPUT_CHARS = 180;

/** The note about a background command that ended, or undefined when there is nothing to say (reference agent/tools.md ). */
function exitNotice(
  session: Pick<CommandSession, 'id' | 'output'>,
  run: FinishedRun,
  emptySuccess: boolean,
): string | undefined {
  const succeeded = run.exit.code === 0 && !run.timedOut;
  const output = session.output.text().slice(-SOURCE_CHARS).replace(/\s+/g, ' ').trim();
  if (output === '' && succeeded && !emptySuccess) return undefined;
  const ended = run.exit.signal === undefined ? `code ${run.exit.code ?? 0}` : `signal ${run.exit.signal}`;
  const verb = run.exit.code === undefined || run.timedOut ? 'failed' : 'completed';
  const head = `Exec ${verb} (${session.id.slice(0, ID_CHARS)}, ${ended})`;
  const shown = output.length <= OUTPUT_CHARS ? output : `${output.slice(0, OUTPUT_CHARS - 1)}…`;
  return output === '' ? head : `${head} :: ${shown}`;
}

/** Tells the session when its background command ends. */
export function announceExit(
  session: CommandSession,
  settings: Pick<ExecSettings, 'notifyOnExit' | 'notifyOnExitEmptySuccess'>,
  events: SystemEventRoom | undefined,
): void {
  if (events === undefined || !settings.notifyOnExit) return;
  void session.ended.then((run) => {
    const text = exitNotice(session, run, settings.notifyOnExitEmptySuccess);
    if (text === undefined) return;
    const { agentId, sessionKey, id } = session;
    events.notify({ agentId, sessionKey, text, reason: `exec:${id}:exit` });
  });
}
