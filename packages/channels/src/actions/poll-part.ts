import type { ChannelFacts } from '../contract/facts.ts';
import type { OutboundPart } from '../contract/outbound.ts';
import { type ActionParams, flagParam, numberParam, textParam, textsParam } from './action-params.ts';

export interface Poll {
  readonly question: string;
  readonly options: readonly string[];
  readonly maxSelections?: number;
  readonly durationSeconds?: number;
  readonly durationHours?: number;
  readonly isAnonymous?: boolean;
  readonly silent?: boolean;
}

const OPTIONS_MIN = 2;
const SECONDS_PER_HOUR = 3_600;

/** A poll that the channel can show (reference channels/framework.md §18). Throws with what is wrong. Pure. */
export function pollPart({ limits, label }: ChannelFacts, poll: Poll): OutboundPart {
  const question = poll.question.trim();
  const options = poll.options.map((option) => option.trim()).filter((option) => option !== '');
  if (question === '') throw new Error('Poll question is required');
  if (options.length < OPTIONS_MIN) throw new Error(`Poll requires at least ${OPTIONS_MIN} options`);
  const most = limits.pollOptions;
  if (most !== undefined && options.length > most) throw new Error(`Poll supports at most ${most} options`);
  const maxSelections = poll.maxSelections ?? 1;
  if (maxSelections < 1) throw new Error('maxSelections must be at least 1');
  if (maxSelections > options.length) throw new Error('maxSelections cannot exceed option count');
  if (poll.durationHours !== undefined && poll.durationSeconds !== undefined) {
    throw new Error('durationSeconds and durationHours are mutually exclusive');
  }
  const problem = limits.pollSeconds && durationProblem(label, limits.pollSeconds, poll);
  if (problem !== undefined) throw new Error(problem);
  const durationSeconds =
    poll.durationSeconds ?? (poll.durationHours === undefined ? undefined : poll.durationHours * SECONDS_PER_HOUR);
  return {
    kind: 'poll',
    question,
    options,
    maxSelections,
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(poll.isAnonymous !== undefined && { isAnonymous: poll.isAnonymous }),
    ...(poll.silent === true && { silent: true }),
  };
}

function durationProblem(
  label: string,
  { min, max }: NonNullable<ChannelFacts['limits']['pollSeconds']>,
  { durationSeconds: seconds, durationHours }: Poll,
): string | undefined {
  if (durationHours !== undefined) {
    return `${label} poll durationHours is not supported. Use durationSeconds (${min}-${max}) instead.`;
  }
  const isWithin = seconds === undefined || (seconds >= min && seconds <= max);
  return isWithin ? undefined : `${label} poll durationSeconds must be between ${min} and ${max}`;
}

/** The poll that a message action asks for. Throws with what is missing, in the contract's words. Pure. */
export function readPoll(params: ActionParams): Poll {
  const question = textParam(params, 'pollQuestion');
  const options = textsParam(params, 'pollOption');
  if (question === undefined) throw new Error('pollQuestion required');
  if (options.length < OPTIONS_MIN) throw new Error('pollOption requires at least two values');
  const durationHours = numberParam(params, 'pollDurationHours');
  const durationSeconds = numberParam(params, 'pollDurationSeconds');
  const [isAnonymous, isPublic] = [flagParam(params, 'pollAnonymous'), flagParam(params, 'pollPublic')];
  if (isAnonymous && isPublic) throw new Error('pollAnonymous and pollPublic are mutually exclusive');
  return {
    question,
    options,
    maxSelections: flagParam(params, 'pollMulti') ? options.length : 1,
    ...(durationHours !== undefined && { durationHours }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...((isAnonymous || isPublic) && { isAnonymous }),
    silent: flagParam(params, 'silent'),
  };
}
