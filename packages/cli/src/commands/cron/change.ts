import type { CliContext } from '../../context.ts';
import { rpc } from '../../rpc.ts';
import type { RpcFlags } from '../../tree/rpc-flags.ts';
import {
  announces,
  deleteAfterRun,
  type JobFlags,
  namedSchedules,
  scheduleOf,
  sessionTarget,
  turnOf,
  wakeMode,
} from './job-flags.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `cron add`: prints the job. */
export async function cronAdd(
  context: CliContext,
  flags: RpcFlags & JobFlags & { readonly name: string; readonly disabled?: boolean },
): Promise<void> {
  context.output.json(await rpc(context, flags, 'cron.add', newJob(flags, context.now())));
}

/** `cron edit`: prints the job. */
export async function cronEdit(context: CliContext, id: string, flags: RpcFlags & EditFlags): Promise<void> {
  context.output.json(await rpc(context, flags, 'cron.update', { id, patch: jobPatch(flags, context.now()) }));
}

interface EditFlags extends JobFlags {
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly clearAgent?: boolean;
}

function newJob(flags: JobFlags & { readonly name: string; readonly disabled?: boolean }, now: number): Fields {
  if (namedSchedules(flags) !== 1) throw new Error('Choose exactly one schedule: --at, --every, or --cron');
  const schedule = scheduleOf(flags, now);
  const isNote = flags.systemEvent !== undefined;
  if (isNote === (flags.message !== undefined)) {
    throw new Error('Choose exactly one payload: --system-event or --message');
  }
  const target = sessionTarget(flags) ?? (isNote ? 'main' : 'isolated');
  if (target === 'main' && !isNote) throw new Error('Main jobs require --system-event (systemEvent).');
  if (target === 'isolated' && isNote) throw new Error('Isolated jobs require --message (agentTurn).');
  const isAnnounced = announces(flags);
  if (isAnnounced !== undefined && target === 'main') {
    throw new Error('--announce/--no-deliver require --session isolated.');
  }
  const removed = deleteAfterRun(flags);
  return {
    name: flags.name,
    ...(flags.description !== undefined && { description: flags.description }),
    enabled: flags.disabled !== true,
    ...(removed !== undefined && { deleteAfterRun: removed }),
    ...(flags.agent !== undefined && { agentId: flags.agent }),
    schedule,
    sessionTarget: target,
    wakeMode: wakeMode(flags) ?? 'now',
    payload: isNote ? { kind: 'systemEvent', text: flags.systemEvent } : { kind: 'agentTurn', ...turnOf(flags) },
    ...(target === 'isolated' && { delivery: newDelivery(flags, isAnnounced ?? true) }),
  };
}

function newDelivery({ channel = 'last', to, bestEffortDeliver }: JobFlags, isAnnounced: boolean): Fields {
  return {
    mode: isAnnounced ? 'announce' : 'none',
    channel,
    ...(to !== undefined && { to }),
    ...(bestEffortDeliver && { bestEffort: true }),
  };
}

function jobPatch(flags: EditFlags, now: number): Fields {
  if (flags.enable && flags.disable) throw new Error('Choose --enable or --disable, not both');
  if (flags.agent !== undefined && flags.clearAgent) throw new Error('Use --agent or --clear-agent, not both');
  if (namedSchedules(flags) > 1) throw new Error('Choose at most one schedule change');
  const schedule = scheduleOf(flags, now);
  const target = sessionTarget(flags);
  const wake = wakeMode(flags);
  const removed = deleteAfterRun(flags);
  const payload = payloadPatch(flags);
  const delivery = deliveryPatch(flags);
  return {
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.description !== undefined && { description: flags.description }),
    ...(flags.enable && { enabled: true }),
    ...(flags.disable && { enabled: false }),
    ...(removed !== undefined && { deleteAfterRun: removed }),
    ...(flags.agent !== undefined && { agentId: flags.agent }),
    ...(flags.clearAgent && { agentId: null }),
    ...(target !== undefined && { sessionTarget: target }),
    ...(wake !== undefined && { wakeMode: wake }),
    ...(schedule && { schedule }),
    ...(payload && { payload }),
    ...(delivery && { delivery }),
  };
}

function payloadPatch(flags: EditFlags): Fields | undefined {
  const turn = turnOf(flags);
  const isTurn = Object.keys(turn).length > 0;
  if (flags.systemEvent !== undefined && isTurn) throw new Error('Choose at most one payload change');
  if (flags.systemEvent !== undefined) return { kind: 'systemEvent', text: flags.systemEvent };
  return isTurn ? { kind: 'agentTurn', ...turn } : undefined;
}

function deliveryPatch(flags: EditFlags): Fields | undefined {
  const isAnnounced = announces(flags);
  const { channel, to, bestEffortDeliver } = flags;
  const patch = {
    ...(isAnnounced !== undefined && { mode: isAnnounced ? 'announce' : 'none' }),
    ...(channel !== undefined && { channel }),
    ...(to !== undefined && { to }),
    ...(bestEffortDeliver !== undefined && { bestEffort: bestEffortDeliver }),
  };
  return Object.keys(patch).length === 0 ? undefined : patch;
}
