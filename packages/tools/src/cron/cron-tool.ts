import {
  isRecord,
  optionalFlag,
  optionalNumber,
  optionalText,
  requiredText,
  type ToolArguments,
} from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { ToolInputError } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { CronRoom } from '../rooms/cron.ts';
import { requireRoom } from '../rooms/rooms.ts';
import type { SessionRoom } from '../rooms/sessions.ts';
import { fieldSummary } from '../sessions/summary.ts';
import { recentContext } from './recent-context.ts';
import { deliveryPlaceOf } from './session-place.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Members of a job that may stand beside `action` instead of in `job`. */
const FLAT_MEMBERS = [
  'name',
  'schedule',
  'sessionTarget',
  'wakeMode',
  'payload',
  'delivery',
  'enabled',
  'description',
  'deleteAfterRun',
  'agentId',
  'sessionKey',
  'message',
  'text',
  'model',
  'thinking',
  'timeoutSeconds',
  'allowUnsafeExternalContent',
] as const;
/** Without one of these there is no job beside `action`. */
const TELLING_MEMBERS: readonly string[] = ['schedule', 'payload', 'message', 'text'];

/** Actions on one job. */
const JOB_ACTIONS: ReadonlySet<string> = new Set(['update', 'remove', 'run', 'runs']);

/** The `cron` tool (reference agent/tools.md §6, automation.md §1). */
export function createCronTool(deps: {
  readonly room: CronRoom | undefined;
  readonly sessions: SessionRoom | undefined;
}): BuiltInTool {
  /** The job belongs to the agent and session that set it, and answers where the conversation is. */
  async function jobOf(args: ToolArguments, context: CallContext): Promise<Fields> {
    const given = givenJob(args);
    if (given === undefined) throw new ToolInputError('job required');
    const inner = isRecord(given.job) ? given.job : isRecord(given.data) ? given.data : given;
    const owned = { agentId: context.agentId, sessionKey: context.sessionKey, ...inner };
    if (hasBadWebhook(owned)) {
      throw new ToolInputError('delivery.mode="webhook" requires delivery.to to be a valid http(s) URL');
    }
    return withContext(withDelivery(owned, context.sessionKey), args, context);
  }

  async function withContext(job: Fields, args: ToolArguments, context: CallContext): Promise<Fields> {
    const count = optionalNumber(args, 'contextMessages') ?? 0;
    const { payload } = job;
    if (count <= 0 || !deps.sessions || !isRecord(payload) || typeof payload.text !== 'string') return job;
    const lines = await recentContext(deps.sessions, context.sessionKey, count);
    return lines === ''
      ? job
      : { ...job, payload: { ...payload, text: `${payload.text}\n\nRecent context:\n${lines}` } };
  }

  async function perform(action: string, args: ToolArguments, context: CallContext): Promise<unknown> {
    const room = (): CronRoom => requireRoom(deps.room, 'The scheduler');
    if (action === 'status') return room().status();
    if (action === 'list') return room().list({ includeDisabled: optionalFlag(args, 'includeDisabled') === true });
    if (action === 'wake') {
      const mode = optionalText(args, 'mode') === 'now' ? 'now' : 'next-heartbeat';
      const text = requiredText(args, 'text');
      return room().wake({ text, mode });
    }
    if (action === 'add') {
      const job = await jobOf(args, context);
      return room().add(job);
    }
    if (!JOB_ACTIONS.has(action)) throw new ToolInputError(`Unknown action: ${action}`);
    const id = jobId(args);
    if (action === 'remove') return room().remove(id);
    if (action === 'runs') return room().runs(id);
    if (action === 'run') return room().run(id, optionalText(args, 'runMode') === 'due' ? 'due' : 'force');
    if (!isRecord(args.patch)) throw new ToolInputError('patch required');
    return room().update(id, args.patch);
  }

  return {
    name: 'cron',
    description: [
      'Schedule jobs and reminders, list, change and run them; wake leaves a note for the main session.',
      'A job has schedule {kind: at|every|cron, at: ISO time, everyMs, expr, tz}, payload and sessionTarget:',
      'main takes payload {kind: systemEvent, text}, which you are reminded of; isolated takes {kind: agentTurn, message},',
      'which runs by itself and is delivered as delivery {mode: announce|webhook|none, channel, to} says.',
    ].join(' '),
    parameters: contractParameters('cron'),
    sideEffects: 'possible',
    summary: fieldSummary([
      ['jobId', 'job'],
      ['id', 'job'],
    ]),
    run: async (args, context) => jsonResult(await perform(requiredText(args, 'action'), args, context)),
  };
}

function jobId(args: ToolArguments): string {
  const id = optionalText(args, 'jobId') ?? optionalText(args, 'id');
  if (id === undefined) throw new ToolInputError('jobId required (id accepted for backward compatibility)');
  return id;
}

/** Models write the job's members beside `action` as often as inside `job`. */
function givenJob(args: ToolArguments): Fields | undefined {
  if (isRecord(args.job) && Object.keys(args.job).length > 0) return args.job;
  const flat = Object.fromEntries(
    FLAT_MEMBERS.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]] as const])),
  );
  if (TELLING_MEMBERS.some((name) => flat[name] !== undefined)) return flat;
  return isRecord(args.job) ? args.job : undefined;
}

function hasBadWebhook({ delivery }: Fields): boolean {
  if (!isRecord(delivery) || delivery.mode !== 'webhook') return false;
  const url = typeof delivery.to === 'string' ? URL.parse(delivery.to.trim()) : null;
  return url === null || !/^https?:$/.test(url.protocol);
}

/** An isolated job answers in the conversation it was set in, when that one is a channel's and the job says nothing else. */
function withDelivery(job: Fields, sessionKey: string): Fields {
  const { payload, delivery } = job;
  const isTurn = isRecord(payload)
    ? payload.kind === 'agentTurn' || payload.message !== undefined
    : job.message !== undefined;
  const mode = isRecord(delivery) ? delivery.mode : undefined;
  const isPlaced = isRecord(delivery) && (delivery.channel !== undefined || delivery.to !== undefined);
  const place =
    isTurn && !isPlaced && (mode === undefined || mode === 'announce') ? deliveryPlaceOf(sessionKey) : undefined;
  return place === undefined
    ? job
    : { ...job, delivery: { ...(isRecord(delivery) && delivery), mode: 'announce', ...place } };
}
