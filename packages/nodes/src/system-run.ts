/** What `system.run` may carry to a node: known members only, and an approval only when there is one (reference nodes/nodes.md §6). Pure. */

type Fields = Readonly<Record<string, unknown>>;

/** The approval a caller refers to, as far as it matters here; JSON members as they were asked with. */
export interface RunApproval {
  readonly expiresAt: number;
  readonly request: unknown;
  readonly requestedBy: unknown;
  /** Absent: nobody has decided. */
  readonly decision?: string;
  /** Whether it was acted on before. */
  readonly used: boolean;
}

export interface RunCaller {
  readonly connId: string;
  readonly deviceId: string | undefined;
}

export type RunCheck =
  | {
      readonly ok: true;
      readonly params: Fields /** To be claimed before the command is sent. */;
      readonly claim?: string;
    }
  | { readonly ok: false; readonly message: string; readonly details: Fields };

const KEPT = [
  'command',
  'rawCommand',
  'cwd',
  'env',
  'timeoutMs',
  'needsScreenRecording',
  'agentId',
  'sessionKey',
  'runId',
];
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh']);
const ALLOWING: ReadonlySet<unknown> = new Set(['allow-once', 'allow-always']);

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

const quoted = (word: string): string => {
  if (word === '') return '""';
  return /[\s"]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word;
};

/** The text that people see for an argument vector. */
export function commandText(argv: readonly string[]): string {
  const program =
    (argv[0] ?? '')
      .split(/[\\/]/)
      .at(-1)
      ?.toLowerCase()
      .replace(/\.exe$/, '') ?? '';
  if (SHELLS.has(program) && (argv[1] === '-c' || argv[1] === '-lc') && argv[2] !== undefined) return argv[2].trim();
  const slashC = argv.findIndex((word) => word.toLowerCase() === '/c');
  if (program === 'cmd' && slashC > 0 && argv[slashC + 1] !== undefined) return (argv[slashC + 1] ?? '').trim();
  return argv.map(quoted).join(' ');
}

const refused = (message: string, details: Fields): RunCheck => ({ ok: false, message, details });

/** Whether the caller refers to an approval; `find` is asked only then. */
export async function checkSystemRun(
  given: unknown,
  caller: RunCaller,
  deps: { readonly now: number; readonly find: (id: string) => Promise<RunApproval | undefined> },
): Promise<RunCheck> {
  const fields = fieldsOf(given);
  const params = Object.fromEntries(KEPT.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]]])));
  const argv = Array.isArray(fields.command) ? fields.command.map(String) : [];
  const raw = textOf(fields.rawCommand);
  if (raw !== undefined && argv.length === 0)
    return refused('rawCommand requires params.command', { code: 'MISSING_COMMAND' });
  const inferred = commandText(argv);
  if (raw !== undefined && raw !== inferred) {
    const details = { code: 'RAW_COMMAND_MISMATCH', rawCommand: raw, inferred };
    return refused('INVALID_REQUEST: rawCommand does not match command', details);
  }
  if (fields.approved !== true && !ALLOWING.has(fields.approvalDecision)) return { ok: true, params };
  const runId = textOf(fields.runId);
  if (runId === undefined) return refused('approval override requires params.runId', { code: 'MISSING_RUN_ID' });
  const approval = await deps.find(runId);
  const problem = approvalProblem(approval, { ...params, text: inferred }, caller, deps.now);
  if (problem) return refused(problem.message, { code: problem.code, runId });
  const approvalDecision = approval?.decision;
  const claim = approvalDecision === 'allow-once' ? { claim: runId } : {};
  return { ok: true, params: { ...params, approved: true, approvalDecision }, ...claim };
}

/** Why an approval does not cover this command of this caller; in the contract's order. */
function approvalProblem(
  approval: RunApproval | undefined,
  asked: Fields,
  caller: RunCaller,
  now: number,
): { readonly message: string; readonly code: string } | undefined {
  if (!approval || approval.used) return { message: 'unknown or expired approval id', code: 'UNKNOWN_APPROVAL_ID' };
  if (now > approval.expiresAt) return { message: 'approval expired', code: 'APPROVAL_EXPIRED' };
  const { deviceId, connId } = fieldsOf(approval.requestedBy);
  if (deviceId !== undefined && deviceId !== caller.deviceId)
    return { message: 'approval id not valid for this device', code: 'APPROVAL_DEVICE_MISMATCH' };
  if (deviceId === undefined && connId !== caller.connId)
    return { message: 'approval id not valid for this client', code: 'APPROVAL_CLIENT_MISMATCH' };
  const request = fieldsOf(approval.request);
  const isSame = (key: string): boolean => textOf(request[key]) === textOf(asked[key]);
  const matches =
    request.host === 'node' &&
    textOf(request.command) === textOf(asked.text) &&
    ['cwd', 'agentId', 'sessionKey'].every(isSame);
  if (!matches) return { message: 'approval id does not match request', code: 'APPROVAL_REQUEST_MISMATCH' };
  return ALLOWING.has(approval.decision) ? undefined : { message: 'approval required', code: 'APPROVAL_REQUIRED' };
}
