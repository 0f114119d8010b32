import { normalizeAgentId } from '@chela/config';
import { isRecord, textOf } from '../record.ts';
import { parseAbsoluteTime } from './absolute-time.ts';
import { defaultStaggerMs, readStaggerMs } from './stagger.ts';

/**
 * What people, models and older releases write for a job, in the form of the contract (reference agent/automation.md
 * §1.5, golden cron-normalize). Pure. What is left wrong is refused by the schema afterwards.
 */

type Fields = Readonly<Record<string, unknown>>;

const NAME_CHARS = 60;
/** Members of an agent's turn that may also stand beside the payload. */
const TURN_MEMBERS = ['model', 'thinking', 'timeoutSeconds', 'allowUnsafeExternalContent'] as const;
/** How older releases said where the answer goes. */
const LEGACY_DELIVERY_MEMBERS = ['deliver', 'channel', 'to', 'bestEffortDeliver', 'provider'] as const;
const WRAPPERS = ['job', 'data'] as const;
/** Members that become part of the payload or the delivery, or mean nothing any more. */
const FOLDED = ['message', 'text', 'isolation', ...TURN_MEMBERS, ...LEGACY_DELIVERY_MEMBERS] as const;

/** A new job; undefined for what is no object. */
export function normalizeNewJob(raw: unknown): Fields | undefined {
  const patch = normalizeJobPatch(raw);
  return patch && withDefaults(patch);
}

/** A change of a job; undefined for what is no object. Nothing is filled in. */
export function normalizeJobPatch(raw: unknown): Fields | undefined {
  if (!isRecord(raw)) return undefined;
  const input = unwrapped(raw);
  const payload = payloadOf(input);
  return without(
    {
      ...input,
      ...('agentId' in input && { agentId: input.agentId === null ? null : agentIdOf(input.agentId) }),
      ...('sessionKey' in input && { sessionKey: input.sessionKey === null ? null : textOf(input.sessionKey) }),
      ...('enabled' in input && { enabled: flag(input.enabled) ?? input.enabled }),
      ...('sessionTarget' in input && { sessionTarget: oneOf(input.sessionTarget, ['main', 'isolated']) }),
      ...('wakeMode' in input && { wakeMode: oneOf(input.wakeMode, ['now', 'next-heartbeat']) }),
      ...(isRecord(input.schedule) && { schedule: scheduleOf(input.schedule) }),
      ...(payload && { payload }),
      ...(isRecord(input.delivery) && { delivery: deliveryOf(input.delivery) }),
    },
    payload ? FOLDED : ['isolation'],
  );
}

function unwrapped(raw: Fields): Fields {
  const inner = WRAPPERS.map((name) => raw[name]).find(isRecord);
  return inner ?? raw;
}

function withDefaults(job: Fields): Fields {
  const payload = isRecord(job.payload) ? job.payload : undefined;
  const schedule = isRecord(job.schedule) ? withStagger(job.schedule) : undefined;
  const target = job.sessionTarget ?? (payload && (payload.kind === 'systemEvent' ? 'main' : 'isolated'));
  const isTurn = payload?.kind === 'agentTurn' && target === 'isolated';
  const delivery = job.delivery ?? (isTurn ? legacyDelivery(payload) : undefined);
  const name = textOf(job.name) ?? (payload && schedule && inferredName(payload, schedule));
  return without(
    {
      ...job,
      ...(schedule && { schedule }),
      ...(payload && { payload: isTurn ? without(payload, LEGACY_DELIVERY_MEMBERS) : payload }),
      wakeMode: job.wakeMode ?? 'now',
      enabled: job.enabled ?? true,
      ...(name !== undefined && { name }),
      ...(target !== undefined && { sessionTarget: target }),
      ...(schedule?.kind === 'at' && !('deleteAfterRun' in job) && { deleteAfterRun: true }),
      ...(delivery !== undefined && { delivery }),
    },
    [],
  );
}

function withStagger(schedule: Fields): Fields {
  if (schedule.kind !== 'cron' || schedule.staggerMs !== undefined || typeof schedule.expr !== 'string')
    return schedule;
  const stagger = defaultStaggerMs(schedule.expr);
  return stagger === undefined ? schedule : { ...schedule, staggerMs: stagger };
}

/** What a job without a delivery gets: an announcement, unless older members say otherwise. */
function legacyDelivery(payload: Fields): Fields {
  const channel = textOf(payload.channel)?.toLowerCase();
  const to = textOf(payload.to);
  if (payload.deliver === false) return { mode: 'none' };
  return {
    mode: 'announce',
    ...(channel !== undefined && { channel }),
    ...(to !== undefined && { to }),
    ...(typeof payload.bestEffortDeliver === 'boolean' && { bestEffort: payload.bestEffortDeliver }),
  };
}

function inferredName(payload: Fields | undefined, schedule: Fields | undefined): string | undefined {
  const text = textOf(payload?.text) ?? textOf(payload?.message);
  const firstLine = text
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
  if (firstLine !== undefined)
    return firstLine.length <= NAME_CHARS ? firstLine : `${firstLine.slice(0, NAME_CHARS - 1)}…`;
  if (schedule?.kind === 'cron') return `Cron: ${String(schedule.expr).slice(0, NAME_CHARS)}`;
  if (schedule?.kind === 'every') return `Every: ${String(schedule.everyMs)}ms`;
  return schedule?.kind === 'at' ? 'One-shot' : undefined;
}

function scheduleOf(raw: Fields): Fields {
  const kind = textOf(raw.kind)?.toLowerCase() ?? inferredKind(raw);
  const time = typeof raw.atMs === 'number' || typeof raw.atMs === 'string' ? String(raw.atMs) : textOf(raw.at);
  const at = time === undefined ? undefined : parseAbsoluteTime(time);
  const stagger = readStaggerMs(raw.staggerMs);
  const isCron = kind === 'cron';
  return without(
    {
      ...raw,
      ...(kind !== undefined && { kind }),
      ...(at === undefined ? time !== undefined && { at: time } : { at: new Date(at).toISOString() }),
      ...(isCron && stagger !== undefined && { staggerMs: stagger }),
    },
    ['atMs', ...(isCron && stagger !== undefined ? [] : ['staggerMs'])],
  );
}

function inferredKind(raw: Fields): string | undefined {
  if (raw.at !== undefined || raw.atMs !== undefined) return 'at';
  if (raw.everyMs !== undefined) return 'every';
  return raw.expr === undefined ? undefined : 'cron';
}

/** The payload, put together from the payload itself and from what stands beside it; undefined when there is neither. */
function payloadOf(input: Fields): Fields | undefined {
  const own = isRecord(input.payload) ? input.payload : undefined;
  const message = textOf(input.message);
  const text = textOf(input.text);
  if (!own && message === undefined && text === undefined && !TURN_MEMBERS.some((name) => input[name] !== undefined)) {
    return undefined;
  }
  const written = textOf(own?.kind)?.toLowerCase();
  const said = textOf(own?.message) ?? message;
  const noted = textOf(own?.text) ?? text;
  const isNote = written === 'systemevent' || (written !== 'agentturn' && said === undefined && noted !== undefined);
  if (isNote) return { ...own, kind: 'systemEvent', ...(noted !== undefined && { text: noted }) };
  const beside = own ? [] : [...TURN_MEMBERS, ...LEGACY_DELIVERY_MEMBERS];
  const merged = {
    ...Object.fromEntries(beside.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]]))),
    ...own,
  };
  return turnOf(merged, said);
}

function turnOf(raw: Fields, message: string | undefined): Fields {
  const seconds = typeof raw.timeoutSeconds === 'number' ? Math.max(0, Math.floor(raw.timeoutSeconds)) : undefined;
  const model = textOf(raw.model);
  const thinking = textOf(raw.thinking);
  const { allowUnsafeExternalContent: unsafe } = raw;
  const checked = {
    model,
    thinking,
    timeoutSeconds: seconds,
    allowUnsafeExternalContent: typeof unsafe === 'boolean' ? unsafe : undefined,
    message,
  };
  // Members stay in the order they were written in; programs compare the job as text.
  return without({ ...raw, ...checked, kind: 'agentTurn' }, []);
}

function deliveryOf(raw: Fields): Fields {
  const mode = textOf(raw.mode)?.toLowerCase();
  const texts = { channel: textOf(raw.channel)?.toLowerCase(), to: textOf(raw.to), accountId: textOf(raw.accountId) };
  return without({ ...raw, mode: mode === 'deliver' ? 'announce' : mode, ...texts }, []);
}

function agentIdOf(raw: unknown): string | undefined {
  const text = textOf(raw);
  return text === undefined ? undefined : normalizeAgentId(text);
}

function flag(raw: unknown): boolean | undefined {
  const text = typeof raw === 'string' ? raw.trim().toLowerCase() : raw;
  if (text === true || text === 'true') return true;
  return text === false || text === 'false' ? false : undefined;
}

/** The word in the contract's spelling; undefined for any other. */
function oneOf(raw: unknown, words: readonly string[]): string | undefined {
  const text = textOf(raw)?.toLowerCase();
  return words.find((word) => word === text);
}

/** A copy without the named members and without those that are undefined. */
function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== undefined && !names.includes(name)),
  );
}
