import { humanTime } from '@chela/agent';
import type { Config } from '@chela/config';

/** Own words for a model whose answer is sent on without it (reference agent/automation.md §1.7). */
const DELIVERY_HINT =
  'Answer with plain text: it is delivered by itself. If the task names somebody to write to, say who and where instead of sending it.';

/** The message of an isolated run. Pure. */
export function isolatedPrompt(
  job: { readonly id: string; readonly name: string; readonly message: string; readonly isDelivered: boolean },
  config: Config,
  now: number,
): string {
  const time = humanTime(config, now);
  const lines = `[cron:${job.id} ${job.name}] ${job.message}\nCurrent time: ${time.text} (${time.zone})`;
  return job.isDelivered ? `${lines}\n\n${DELIVERY_HINT}` : lines;
}
