import type { CliContext } from '../../context.ts';
import { arrayAt } from '../../json-reader.ts';
import { numberFlag } from '../../number-flag.ts';
import { rpc } from '../../rpc.ts';
import type { RpcFlags } from '../../tree/rpc-flags.ts';
import { jobTable } from './job-table.ts';

const RUNS_LIMIT = 50;
const RUNS_LIMIT_MAX = 5_000;

/** `cron status`. */
export async function cronStatus(context: CliContext, flags: RpcFlags): Promise<void> {
  context.output.json(await rpc(context, flags, 'cron.status', {}));
}

/** `cron list`: a table for people, the gateway's answer with --json. */
export async function cronList(
  context: CliContext,
  flags: RpcFlags & { readonly all?: boolean; readonly json?: boolean },
): Promise<void> {
  const answer = await rpc(context, flags, 'cron.list', { includeDisabled: flags.all === true });
  if (flags.json) return context.output.json(answer);
  const jobs = arrayAt(answer, 'jobs');
  if (jobs.length === 0) return context.output.line('No cron jobs.');
  for (const line of jobTable(jobs, context.now())) context.output.line(line);
}

/** `cron runs`. */
export async function cronRuns(
  context: CliContext,
  flags: RpcFlags & { readonly id: string; readonly limit: string },
): Promise<void> {
  const limit = Math.min(RUNS_LIMIT_MAX, numberFlag(flags.limit, RUNS_LIMIT));
  context.output.json(await rpc(context, flags, 'cron.runs', { id: flags.id, limit }));
}
