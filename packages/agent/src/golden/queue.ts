import { type DropPolicy, dropPolicyOf, queueModeOf } from '../commands/queue-words.ts';
import { collectPrompt, elide, summaryLine, summaryPrompt } from '../queue/overflow-summary.ts';
import { arrive, type QueueState } from '../queue/queue-machine.ts';
import { queueSettings } from '../queue/queue-settings.ts';
import { count, defined, type Fields, fieldsOf, listOf, text } from './fields.ts';

/** Runs a case of the table `queue`. */
export function queueCase(input: Fields): unknown {
  const limit = count(input.limit);
  switch (input.fn) {
    case 'mode':
      return queueModeOf(text(input.value)) ?? null;
    case 'dropPolicy':
      return dropPolicyOf(text(input.value)) ?? null;
    case 'elide':
      return elide(text(input.text) ?? '', limit);
    case 'summaryLine':
      return summaryLine(text(input.text) ?? '', limit);
    case 'collect':
      return collectPrompt(
        listOf(input.prompts).flatMap((prompt) => text(prompt) ?? []),
        text(input.summary),
      );
    case 'summaryPrompt':
      return summaryPrompt(overflowOf(fieldsOf(input.state)), text(input.noun) ?? 'message') ?? null;
    case 'settings':
      return settingsCase(input);
    case 'drop':
      return dropCase(input);
    default:
      throw new Error(`unknown rule ${String(input.fn)}`);
  }
}

function overflowOf(state: Fields) {
  return {
    dropPolicy: policyOf(state.dropPolicy),
    droppedCount: count(state.droppedCount) ?? 0,
    summaryLines: listOf(state.summaryLines).flatMap((line) => text(line) ?? []),
  };
}

function settingsCase(input: Fields): unknown {
  const channel = text(input.channel);
  const pluginDebounceMs = count(input.pluginDebounceMs);
  const options = fieldsOf(input.inlineOptions);
  return queueSettings({
    inline: { ...options, drop: options.dropPolicy, mode: input.inlineMode },
    session: fieldsOf(input.sessionEntry),
    messages: fieldsOf(input.cfg).messages,
    ...(channel === undefined ? {} : { channel }),
    ...(pluginDebounceMs === undefined ? {} : { pluginDebounceMs }),
  });
}

/** Fills a queue with numbered messages. The long ones (`… + 200 z`) are shown without their tail. */
function dropCase(input: Fields): unknown {
  const cap = count(input.cap) ?? 1;
  const dropPolicy = policyOf(input.dropPolicy);
  const settings = { mode: 'collect', debounceMs: 0, cap, dropPolicy } as const;
  const template = text(input.template) ?? '';
  const isLong = template.endsWith('+ 200 z');
  const accepted: boolean[] = [];
  let state: QueueState | undefined;
  for (let n = 1; n <= (count(input.messages) ?? 0); n += 1) {
    const body = isLong ? `L${n} ${'z'.repeat(200)}` : template.replaceAll('<i>', String(n));
    const arrival = arrive(state, { id: String(n), text: body }, settings, 0);
    accepted.push(arrival.kind === 'queued');
    state = arrival.state;
  }
  const { items = [], droppedCount = 0, summaryLines = [] } = state ?? {};
  return defined({
    accepted: isLong ? undefined : accepted,
    items: items.map((item) => (isLong ? item.text.replace(/z+$/, '') : item.text)),
    droppedCount,
    summaryLines,
    summaryPrompt: summaryPrompt({ dropPolicy, droppedCount, summaryLines }, 'message') ?? null,
  });
}

function policyOf(value: unknown): DropPolicy {
  return dropPolicyOf(text(value)) ?? 'summarize';
}
