import type { ChannelFacts } from '../contract/facts.ts';
import type { OutboundPart } from '../contract/outbound.ts';

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
  if (most !== undefined && options.length > most) throw new Error(`${label} polls support at most ${most} options`);
  const maxSelections = poll.maxSelections ?? 1;
  if (maxSelections < 1 || maxSelections > options.length) {
    throw new Error('maxSelections must be from 1 to the number of options');
  }
  if (poll.durationHours !== undefined && poll.durationSeconds !== undefined) {
    throw new Error('durationSeconds and durationHours are mutually exclusive');
  }
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
