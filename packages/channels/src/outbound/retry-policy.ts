import type { DeliveryStep } from '@chela/store';
import type { ChannelError } from '../contract/channel-error.ts';
import type { OutboundPart } from '../contract/outbound.ts';

/** When a part that was not delivered is tried again, and when it is given up (reference channels/framework.md §17, §20). Pure. */

export interface RetrySettings {
  /** Quick attempts; the slow ones follow. */
  readonly attempts: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** Share of the delay by which it may be longer or shorter. */
  readonly jitter: number;
}

/** Waits once the quick attempts are used up; after the last one the part is given up. */
const SLOW_WAITS_MS = [5_000, 25_000, 2 * 60_000, 10 * 60_000] as const;
/** A vendor that says when to come back is obeyed for so long, without counting. */
const BUSY_PATIENCE_MS = 24 * 60 * 60_000;
/** A longer wait than this is not believed. */
const RETRY_AFTER_MAX_MS = 60 * 60_000;

const DEFAULTS: RetrySettings = { attempts: 3, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0.1 };

/** `channels.<id>.retry` with what it leaves out. */
export function retrySettings(settings: Readonly<Record<string, unknown>>): RetrySettings {
  const given = typeof settings.retry === 'object' && settings.retry !== null ? settings.retry : {};
  const number = (key: keyof RetrySettings): number => {
    const value: unknown = Reflect.get(given, key);
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : DEFAULTS[key];
  };
  const minDelayMs = number('minDelayMs');
  return {
    attempts: Math.max(1, Math.floor(number('attempts'))),
    minDelayMs,
    maxDelayMs: Math.max(minDelayMs, number('maxDelayMs')),
    jitter: Math.min(1, number('jitter')),
  };
}

/** What a row is, as far as it decides what comes of a failure. */
export interface FailedAttempt {
  readonly part: OutboundPart;
  readonly failures: number;
  readonly bestEffort: boolean;
  readonly createdAt: number;
  /** The part is an answer, so that an edit whose message is gone is sent as a message of its own. */
  readonly isAnswer: boolean;
  /** A repetition is shown once. */
  readonly takesIdempotencyKey: boolean;
}

export interface RetryMoment {
  readonly settings: RetrySettings;
  readonly now: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** What becomes of a row whose attempt ended with an error. */
export function afterFailure(row: FailedAttempt, error: ChannelError, moment: RetryMoment): DeliveryStep {
  const reason = error.message;
  switch (error.class) {
    case 'busy':
      return afterBusy(row, error, moment);
    case 'unreachable':
      return again(row, reason, moment);
    case 'ambiguous':
      return row.takesIdempotencyKey
        ? again({ ...row, bestEffort: false }, reason, moment)
        : { to: 'ambiguous', reason, lookAt: moment.now };
    case 'format': {
      const part = withoutFormatting(row.part);
      return part === undefined ? { to: 'dead', reason } : { to: 'pending', readyAt: moment.now, reason, part };
    }
    case 'refused': {
      const part = row.isAnswer ? asNewMessage(row.part) : undefined;
      return part === undefined ? { to: 'dead', reason } : { to: 'pending', readyAt: moment.now, reason, part };
    }
    case 'unauthorized':
      return { to: 'pending', readyAt: moment.now, reason };
  }
}

/** What becomes of a row in doubt that could not be looked for, or that is not there. */
export function lookAgain(row: FailedAttempt, reason: string, moment: RetryMoment): DeliveryStep {
  const delayMs = delayAfter(row.failures + 1, moment);
  if (delayMs === undefined) return { to: 'ambiguous', reason };
  return { to: 'ambiguous', reason, lookAt: moment.now + delayMs, failures: row.failures + 1 };
}

/** Tries again after a pause, or gives up. */
export function again(
  row: Pick<FailedAttempt, 'failures' | 'bestEffort'>,
  reason: string,
  moment: RetryMoment,
): DeliveryStep {
  const failures = row.failures + 1;
  const delayMs = row.bestEffort ? undefined : delayAfter(failures, moment);
  return delayMs === undefined
    ? { to: 'dead', reason }
    : { to: 'pending', readyAt: moment.now + delayMs, reason, failures };
}

function afterBusy(row: FailedAttempt, error: ChannelError, moment: RetryMoment): DeliveryStep {
  const { retryAfterMs, message: reason } = error;
  const isPatient = !row.bestEffort && moment.now - row.createdAt < BUSY_PATIENCE_MS;
  if (retryAfterMs === undefined || !isPatient) return again(row, reason, moment);
  const asked = Math.min(Math.max(retryAfterMs, moment.settings.minDelayMs), RETRY_AFTER_MAX_MS);
  // Never earlier than asked for; later by the jitter, so that not everybody comes at once.
  const delayMs = Math.ceil(asked * (1 + moment.random * moment.settings.jitter));
  return { to: 'pending', readyAt: moment.now + delayMs, reason };
}

/** The pause after the n-th failure; undefined when there is no next attempt. */
function delayAfter(failures: number, { settings, random }: RetryMoment): number | undefined {
  if (failures >= settings.attempts) return SLOW_WAITS_MS[failures - settings.attempts];
  const base = settings.minDelayMs * 2 ** (failures - 1);
  const jittered = base * (1 + (random * 2 - 1) * settings.jitter);
  return Math.round(Math.min(Math.max(jittered, settings.minDelayMs), settings.maxDelayMs));
}

/** The part with its plain text; undefined when it has no formatting (any more). */
function withoutFormatting(part: OutboundPart): OutboundPart | undefined {
  if (part.kind === 'media') {
    const { caption } = part;
    if (caption === undefined || caption.isPlain === true) return undefined;
    return { ...part, caption: { text: caption.plain, plain: caption.plain, isPlain: true } };
  }
  if ((part.kind !== 'text' && part.kind !== 'edit') || part.text.isPlain === true) return undefined;
  return { ...part, text: { text: part.text.plain, plain: part.text.plain, isPlain: true } };
}

/** An edit as a message of its own. */
export function asNewMessage(part: OutboundPart): OutboundPart | undefined {
  if (part.kind !== 'edit') return undefined;
  const { messageId: _, ...rest } = part;
  return { ...rest, kind: 'text' };
}
