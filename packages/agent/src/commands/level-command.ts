import { thinkingLevels } from '@chela/models';
import type { SessionEntry } from '@chela/store';
import type { CommandAnswer } from './command.ts';
import type { LevelDirective } from './inline-directives.ts';

/** `/think`, `/verbose` and `/reasoning`: show, set or refuse a level (reference agent/sessions.md §19). Pure. */

type LevelCommand = { readonly key: 'think' | 'verbose' | 'reasoning' } & LevelDirective;

export interface LevelFacts {
  readonly entry: SessionEntry | undefined;
  readonly provider: string;
  readonly model: string;
  /** The level in force, whether chosen or by default. */
  readonly thinking: string;
}

export function answerLevel(command: LevelCommand, facts: LevelFacts): CommandAnswer {
  const { levels, title, shown } = describe(command, facts);
  if (command.raw === undefined) return { text: `Current ${title} level: ${shown}.\nOptions: ${levels.join(', ')}.` };
  const level = levels.find((known) => known === command.level);
  if (level === undefined)
    return { text: `"${command.raw}" is no ${title} level. Valid levels: ${levels.join(', ')}.` };
  return {
    text: confirmation(command.key, level),
    ...(command.key === 'reasoning' && level !== shown ? { notes: REASONING_NOTES[level] ?? [] } : {}),
    change: (entry) => withLevel(entry, command.key, level),
  };
}

/** How the model is to show its thoughts from now on. */
const REASONING_NOTES: Readonly<Record<string, readonly string[]>> = {
  on: ['Reasoning ON — include <think>.'],
  off: ['Reasoning OFF — hide <think>.'],
  stream: ['Reasoning STREAM — emit live <think>.'],
};

function describe(command: LevelCommand, facts: LevelFacts) {
  switch (command.key) {
    case 'think': {
      const { levels } = thinkingLevels(facts.provider, facts.model);
      return { title: 'thinking', levels: [...levels], shown: facts.thinking };
    }
    case 'verbose':
      return { title: 'verbose', levels: ['on', 'full', 'off'], shown: facts.entry?.verboseLevel ?? 'off' };
    case 'reasoning':
      return { title: 'reasoning', levels: ['on', 'off', 'stream'], shown: facts.entry?.reasoningLevel ?? 'off' };
  }
}

/** Hidden reasoning is the rule and leaves no trace in the session (reference traces commands/verbose-reasoning). */
function withLevel(entry: SessionEntry, key: LevelCommand['key'], level: string): SessionEntry {
  if (key === 'think') return { ...entry, thinkingLevel: level };
  if (key === 'verbose') return { ...entry, verboseLevel: level };
  const { reasoningLevel: _before, ...rest } = entry;
  return level === 'off' ? rest : { ...rest, reasoningLevel: level };
}

function confirmation(key: LevelCommand['key'], level: string): string {
  if (key === 'think') return level === 'off' ? 'Thinking disabled.' : `Thinking level is now ${level}.`;
  if (key === 'verbose') return level === 'off' ? '⚙️ Verbose output is off.' : `⚙️ Verbose output is ${level}.`;
  if (level === 'off') return '⚙️ Reasoning stays hidden.';
  return level === 'on' ? '⚙️ Reasoning is shown.' : '⚙️ Reasoning is streamed where the channel can (Telegram).';
}
