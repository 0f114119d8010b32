import { type HeartbeatEvent, humanTime, type SystemEvent } from '@chela/agent';
import type { Config } from '@chela/config';

/** What a heartbeat asks the model (reference agent/sessions.md §13). Pure; own words. */

const CRON_CONTEXT = 'cron:';
const EXEC_CONTEXT = 'exec:';

export interface HeartbeatPromptInput {
  readonly reason: string;
  /** The configured question. */
  readonly question: string;
  /** What waits for the session. */
  readonly events: readonly SystemEvent[];
}

/** Reminders and ended commands have questions of their own: the model is to speak of them, not to look for work. */
export function heartbeatPrompt(input: HeartbeatPromptInput, config: Config, now: number): string {
  const time = humanTime(config, now);
  return `${questionOf(input)}\nCurrent time: ${time.text} (${time.zone})`;
}

/** Why it asks; reminders come before commands. */
export function heartbeatEvent({ reason, events }: Pick<HeartbeatPromptInput, 'reason' | 'events'>): HeartbeatEvent {
  if (textsAbout(CRON_CONTEXT, events).length > 0) return 'cron-event';
  return reason === 'exec-event' || textsAbout(EXEC_CONTEXT, events).length > 0 ? 'exec-event' : 'heartbeat';
}

const textsAbout = (context: string, events: readonly SystemEvent[]): readonly string[] =>
  events.filter(({ contextKey }) => contextKey?.startsWith(context)).map(({ text }) => text);

function questionOf({ reason, question, events }: HeartbeatPromptInput): string {
  switch (heartbeatEvent({ reason, events })) {
    case 'cron-event': {
      const reminders = textsAbout(CRON_CONTEXT, events).join('\n');
      return `A reminder that was set earlier is due now:\n\n${reminders}\n\nTell the user about it, in a helpful and friendly way.`;
    }
    case 'exec-event':
      return 'A command that was started earlier has ended; the system lines above say how. Tell the user what came of it, briefly, and what they should know.';
    case 'heartbeat':
      return question;
  }
}
