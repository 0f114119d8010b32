import { isControlCommand } from '@chela/agent';
import type { Config } from '@chela/config';
import type { InboundMessage } from '../contract/inbound.ts';
import { isRecord } from '../record.ts';

/** How long a message waits for the writer's next; files, commands and empty texts never do (reference channels/framework.md §17). Pure. */
export function quickMessageMs(config: Config, channel: string, message: InboundMessage): number {
  if (message.attachments.length > 0 || message.text.trim() === '' || message.location !== undefined) return 0;
  if (message.isNativeCommand === true || message.mention.isForced === true) return 0;
  if (isControlCommand((message.commandText ?? message.text).trim())) return 0;
  const inbound = isRecord(config.messages) ? config.messages.inbound : undefined;
  if (!isRecord(inbound)) return 0;
  const own = isRecord(inbound.byChannel) ? inbound.byChannel[channel] : undefined;
  const ms = typeof own === 'number' ? own : inbound.debounceMs;
  return typeof ms === 'number' && Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
