import { humanTime, type SystemEvent } from '@chela/agent';
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

function questionOf({ reason, question, events }: HeartbeatPromptInput): string {
  const about = (context: string): readonly string[] =>
    events.filter(({ contextKey }) => contextKey?.startsWith(context)).map(({ text }) => text);
  const reminders = about(CRON_CONTEXT);
  if (reminders.length > 0) {
    return `A reminder that was set earlier is due now:\n\n${reminders.join('\n')}\n\nTell the user about it, in a helpful and friendly way.`;
  }
  if (reason === 'exec-event' || about(EXEC_CONTEXT).length > 0) {
    return 'A command that was started earlier has ended; the system lines above say how. Tell the user what came of it, briefly, and what they should know.';
  }
  return question;
}
