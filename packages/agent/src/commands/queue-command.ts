import type { SessionEntry } from '@chela/store';
import { type QueueSettings, queueSettings } from '../queue/queue-settings.ts';
import type { CommandAnswer } from './command.ts';
import type { QueueDirective } from './inline-directives.ts';

export interface QueueFacts {
  readonly entry: SessionEntry | undefined;
  /** The section `messages` of the configuration. */
  readonly messages: unknown;
  readonly channel: string;
}

/** `/queue [mode] [debounce:…] [cap:…] [drop:…]` and `/queue default` (reference agent/sessions.md §7, traces commands/queue). Pure. */
export function answerQueue(directive: QueueDirective, facts: QueueFacts): CommandAnswer {
  if (directive.reset) return { text: '⚙️ Queue settings are back to the default.', change: withoutQueue };
  const refusals = refusedOptions(directive);
  if (refusals.length > 0) return { text: refusals.join(' ') };
  const { mode, debounceMs, cap, drop } = directive;
  const done = [
    ...(mode === undefined ? [] : [`⚙️ Queue mode is now ${mode}.`]),
    ...(debounceMs === undefined ? [] : [`⚙️ Queue debounce is now ${debounceMs}ms.`]),
    ...(cap === undefined ? [] : [`⚙️ Queue cap is now ${cap}.`]),
    ...(drop === undefined ? [] : [`⚙️ Queue drop is now ${drop}.`]),
  ];
  if (done.length === 0) return { text: currentText(settingsOf(facts)) };
  const members = {
    ...(mode === undefined ? {} : { queueMode: mode }),
    ...(debounceMs === undefined ? {} : { queueDebounceMs: debounceMs }),
    ...(cap === undefined ? {} : { queueCap: cap }),
    ...(drop === undefined ? {} : { queueDrop: drop }),
  };
  return { text: done.join(' '), change: (entry) => ({ ...entry, ...members }) };
}

function settingsOf({ entry, messages, channel }: QueueFacts): QueueSettings {
  return queueSettings({ ...(entry === undefined ? {} : { session: entry }), messages, channel });
}

function currentText({ mode, debounceMs, cap, dropPolicy }: QueueSettings): string {
  return [
    `Current queue settings: mode=${mode}, debounce=${debounceMs}ms, cap=${cap}, drop=${dropPolicy}.`,
    'Options: modes steer, followup, collect, steer+backlog, interrupt; debounce:<ms|s|m>, cap:<n>, drop:old|new|summarize.',
  ].join('\n');
}

/** Options whose value cannot be read; then nothing is changed. */
function refusedOptions({ debounceMs, rawDebounce, cap, rawCap, drop, rawDrop }: QueueDirective): readonly string[] {
  const refusals: string[] = [];
  if (rawDebounce !== undefined && debounceMs === undefined) {
    refusals.push(`"${rawDebounce}" is no debounce time; write ms, s or m, as in debounce:1500ms or debounce:2s.`);
  }
  if (rawCap !== undefined && cap === undefined)
    refusals.push(`"${rawCap}" is no cap; write a whole number, as in cap:10.`);
  if (rawDrop !== undefined && drop === undefined) {
    refusals.push(`"${rawDrop}" is no drop policy; choose drop:old, drop:new or drop:summarize.`);
  }
  return refusals;
}

function withoutQueue(entry: SessionEntry): SessionEntry {
  const { queueMode: _mode, queueDebounceMs: _debounce, queueCap: _cap, queueDrop: _drop, ...rest } = entry;
  return rest;
}
