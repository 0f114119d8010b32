/** What a session is told about a command that a node ran (reference nodes/nodes.md §7). Pure. */

type Fields = Readonly<Record<string, unknown>>;

const OUTPUT_CHARS = 180;

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function shownOutput(value: unknown): string {
  const folded = textOf(value).replace(/\s+/g, ' ');
  return folded.length <= OUTPUT_CHARS ? folded : `${folded.slice(0, OUTPUT_CHARS - 1)}…`;
}

/** The note, or undefined when there is nothing to tell. `event` is the part behind `exec.`. */
export function execNote(nodeId: string, event: 'started' | 'finished' | 'denied', fields: Fields): string | undefined {
  const run = textOf(fields.runId);
  const names = `node=${nodeId}${run === '' ? '' : ` id=${run}`}`;
  const command = textOf(fields.command);
  const tail = command === '' ? '' : `: ${command}`;
  if (event === 'started') return `Exec started (${names})${tail}`;
  if (event === 'denied') {
    const reason = textOf(fields.reason);
    return `Exec denied (${names}${reason === '' ? '' : `, ${reason}`})${tail}`;
  }
  const output = shownOutput(fields.output);
  const isTimeout = fields.timedOut === true;
  const code = typeof fields.exitCode === 'number' ? fields.exitCode : undefined;
  if (code === 0 && !isTimeout && output === '') return undefined;
  const end = isTimeout ? 'timeout' : `code ${code ?? '?'}`;
  return `Exec finished (${names}, ${end})${output === '' ? '' : `\n${output}`}`;
}
