import type { ModelEvent } from '../driver.ts';
import { reasonOfAnswer } from '../failures/classify.ts';

/** The event for an error that a provider sent inside its stream. The exchange fills in `partial`. */
export function answerFailed(message: string): ModelEvent {
  return { type: 'failed', failure: { message, reason: reasonOfAnswer(undefined, message), partial: false } };
}

/** The event for an answer that the provider broke off for a reason of its own, e.g. a filter. */
export function answerStopped(why: string): ModelEvent {
  return {
    type: 'failed',
    failure: { message: `The provider stopped the answer: ${why}`, reason: 'unknown', partial: false },
  };
}
